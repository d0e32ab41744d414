"""What a model is told to do with a part of a long source, and with notes. No answer may repeat it."""

from __future__ import annotations

MOST_MERGED = 12

TAKE = """\
Take notes on this part of a conversation for a colleague who will write about it without having read it.
- notes: what was decided, done, promised, asked, answered or left open, most important first, at most {most}; \
fewer if there is less, none if nothing was said that anybody will need. Each can be understood without the others."""
READ = """\
The data are notes on a longer conversation: a line "[n1] … | text" is a note, the lines "[e1 re n1] … | text" below \
it are the words that it rests on. Cite those lines."""
MERGE = f"""\
{READ}
Choose from these notes and put together what belongs together.
- notes: at most {MOST_MERGED}, most important first. Add nothing that is not in a note."""
