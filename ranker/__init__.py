"""Candidates in, ordered and explained results out, with one answer, people and places.

What goes in: a question and who asks. What comes out: `Results`, in which every score is the sum of
parts that can be read, and every word of the answer is somebody's own.
"""
