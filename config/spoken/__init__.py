"""Calls in words: which clips say a number and the way to its counter. Pure; server/clips.py makes the sound."""

from config.spoken.announcement import Said as Said
from config.spoken.announcement import announcement as announcement
from config.spoken.announcement import clips_of as clips_of
from config.spoken.announcement import pack_name as pack_name
