"""What each action in the audit log is called on the page, up to the name of who did it."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # drafts
    "proposed": "Drafted, at the request of",
    "cancelled": "Cancelled while it was written, by",
    "evidence opened": "Evidence opened by",
    "edited": "Edited by",
    "put back": "A statement put back by",
    "taken out": "A statement taken out by",
    "owner asked": "An owner asked whether it is theirs, by",
    "owner says yes": "Said to be theirs by",
    "owner says not theirs": "Said not to be theirs by",
    "changed meanwhile": "Its sources changed while it waited",
    "kept for review": "Kept for a review, though it may go out without",
    "escalated": "A second reviewer asked, since nobody decided in time",
    "voted": "Approved, as one of several, by",
    "approved": "Approved by",
    "approved with edits": "Approved with edits by",
    "approved anyway": "Approved in spite of what had changed by",
    "approved anyway with edits": "Approved with edits, in spite of what had changed, by",
    "approved unreviewed": "Approved without a review, as allowed by",
    "item approved": "One item approved by",
    "item left out": "One item left out by",
    "item dropped": "One item dropped by",
    "rejected": "Rejected by",
    "expired": "Expired: nobody decided in time",
    "withdrawn": "Withdrawn by",
    "superseded": "Replaced by a newer draft",
    "new draft asked for": "A new draft asked for by",
    "drafted again": "A draft with the reason of the rejection asked for by",
    "handed over": "Handed to somebody else by",
    "question asked": "A question put to who asked for it by",
    "question answered": "The question answered by",
    "question dropped": "Left unanswered, and gone on with, by",
    "taken back": "Taken back by",
    "take-back done": "What could be taken back is undone, as said by",
    "take-back failed": "Not all is undone, though taken back by",
    "direction given": "Direction on the brief given by",
    "more asked for": "More asked for, on the brief, by",
    "sent back": "Sent back before anything was done, though approved by",
    "applied": "Carried out, as approved by",
    "failed": "Not carried out, though approved by",
    "tried again": "Tried again by",
    "parked": "Not known to be done, and left to a person, though approved by",
    "sent again": "Sent again by",
    "marked as sent": "Marked as sent by",
    "twin removed": "A message that had come twice removed",
    "twin not sought": "Whether a message came twice could not be seen",
    # to-dos
    "to-do made": "Made a to-do, as approved by",
    "to-do done": "Done, as said by",
    "to-do reopened": "Not done after all, as said by",
    "to-do dropped": "Dropped by",
    "to-do given": "Given to somebody else by",
    "to-do moved": "Put on another day by",
    "to-do refused": "Refused as not theirs by",
    "to-do said to be done": "Asked whether it is done, after words of",
    "to-do not done yet": "Not done yet, as said by",
    "to-do not shown": "Could not be shown",
    # digests
    "set up": "Set up by",
    "changed": "Changed by",
    "paused": "Paused by",
    "resumed": "Resumed by",
    "deleted": "Deleted by",
    "run out of turn": "Run out of turn by",
    "allowed without review": "Allowed to go out without a review by",
    "review required again": "Made subject to review again by",
    # channels, people and the workspace
    "leads set": "Leads named by",
    "settings changed": "Settings changed by",
    "external allowed": "Reading allowed, though it is shared with outsiders, by",
    "external forbidden": "Reading ended, as it is shared with outsiders, by",
    "listening allowed": "Listening allowed by",
    "listening ended": "Listening ended by",
    "stand-in set": "A stand-in named by",
    "review hour set": "A review hour set by",
    "review hour ended": "The review hour ended by",
    "stand-in ended": "The stand-in ended by",
}
_JOINTS = (" by", ", at the request of", ", as approved by", ", as said by", ", though approved by", ", as allowed by")


def heading(action: str, who: str) -> str:
    """What was done, and by whom where anybody did; what the code never writes stands as it is."""
    words = WORDS.get(action, f"{action.capitalize()} by")
    if who:
        return f"{words} {who}" if words.endswith((" by", " of")) else f"{words}, by {who}"
    for joint in sorted(_JOINTS, key=len, reverse=True):
        words = words.removesuffix(joint)
    return words
