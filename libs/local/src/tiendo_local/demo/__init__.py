"""The main job, played on real parts: from the text of a notice to the live board.

stage     platform and services on empty ground, the whole country registered
cast      who acts: HTTP clients with tokens of a role and a unit
story     what they do, act by act, and what the board must show for it
verdict   the board read back over HTTP, held against the story
screen    the board in the terminal
"""
