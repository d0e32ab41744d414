"""Every limit on files in one place. What hits one is named on the card, with how far was read."""

from __future__ import annotations

FILES = 40  # read for one source, newest first
FILES_SECONDS = 600.0  # for all files of one source
BYTES = 25_000_000  # of one download
DOWNLOAD_SECONDS = 60.0
UNPACKED_BYTES = 200_000_000  # of everything in a zip container (DOCX, XLSX, PPTX)
ENTRIES = 10_000  # of a zip container
STREAM_BYTES = 30_000_000  # of one decompressed stream in a PDF
PARTS = 2_000  # pages, sections, slides, stretches of rows or of a transcript, of one file
CHARACTERS = 2_000_000  # of one file
ALL_CHARACTERS = 4_000_000  # of all files of one source
PIECE = 4_000  # characters of one item: a longer part is told in several
SECONDS = 60.0  # by the clock, of reading one file

# Of the process that reads a file; what exceeds them ends that process and nothing else.
CPU_SECONDS = 50
MEMORY_BYTES = 768 * 1024 * 1024
OUTPUT_BYTES = 32_000_000
OPEN_FILES = 64
