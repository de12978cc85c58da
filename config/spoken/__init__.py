"""Calls in words: which clips say a number and the way to its counter. Pure; server/voice/clips.py makes the sound."""

from config.spoken.announcement import Said as Said
from config.spoken.announcement import announcement as announcement
from config.spoken.announcement import clips_of as clips_of
from config.spoken.announcement import pack_name as pack_name
from config.spoken.announcement import sound_test as sound_test
from config.spoken.announcement import to_place as to_place
