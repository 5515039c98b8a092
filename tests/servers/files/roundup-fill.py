"""Fills a tracker: run by Roundup's own Python, with the folder of the tracker."""

import sys

from roundup import instance
from roundup.date import Date
from roundup.password import Password

ISSUES = 120
LONG_AGO = "20240301100000.000"

db = instance.open(sys.argv[1]).open("admin")
secret = Password("secret", config=db.config)
db.user.create(username="reader", password=secret, roles="User", address="reader@example.com")
tomas = db.user.create(
    username="tomas", realname="Tomás Reed", roles="User", address="tomas@example.com"
)
db.user.set("1", realname="Mira Moss")
belt = db.keyword.create(name="belt & blade")
for number in range(1, ISSUES + 1):
    said = f"On day {number} the mower stopped.\n\n> Did you turn it?\n\nYes: blade --turn {number}"
    advice = f"Check the belt, and then the blade, says {number}."
    date = Date("2024-03-01.10:00:00")
    asked = db.msg.create(author=tomas, content=said, date=date)
    answered = db.msg.create(author="1", content=advice, date=date)
    title = f"Note {number}: Größe & more"
    db.issue.create(title=title, messages=[asked, answered], keyword=[belt])
then = (LONG_AGO, LONG_AGO)
db.sql("update _issue set _creation=?, _activity=?, _creator=?", (*then, tomas))
db.sql("update _msg set _creation=?, _activity=?", then)
db.commit()
db.close()
