"""Counts over the bytes of one extract file: its lines, line ends, encoding and odd characters."""

import codecs
import re
from collections import Counter
from pathlib import Path

from cmr.sources.ca_doj_extract.formats import first_lines

# A piece and its decoded text stay in the processor's cache, which is much faster than whole chunks.
PIECE = 64 << 10

MULTI_BYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
ALL_BUT_CONTINUATION = bytes(b for b in range(256) if not 0x80 <= b <= 0xBF)
ALL_BUT_C1 = bytes(b for b in range(256) if not 0x80 <= b <= 0x9F)


class Scan:
    """Counts over the bytes of one file, chunk by chunk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.line_feeds = self.carriage_returns = self.both = 0
        self.nul_bytes = self.windows_bytes = self.quotes = 0
        self.multi_byte = self.other_bytes = self.byte_order_mark = self.has_header = False
        self.fields: Counter[int] = Counter()
        self.last = b""
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    @property
    def encoding(self) -> str:
        """Latin-1 if there are bytes that are not UTF-8 and no character of more than one byte that is."""
        return "latin-1" if self.other_bytes and not self.multi_byte else "utf-8"

    @property
    def stray_carriage_returns(self) -> int:
        return self.carriage_returns - self.both if self.line_feeds else 0

    @property
    def line_ending(self) -> str:
        if not self.line_feeds:
            return "CR" if self.carriage_returns else "LF"
        return "LF" if not self.both else "CRLF" if self.both == self.line_feeds else "mixed"

    @property
    def ends_with_newline(self) -> bool:
        return self.last == (b"\r" if self.line_ending == "CR" else b"\n")

    @property
    def lines(self) -> int:
        return (self.line_feeds or self.carriage_returns) + (not self.ends_with_newline)

    def add(self, chunk: bytes) -> None:
        if self.size == 0:
            self.has_header, self.fields = first_lines(self.path, chunk)
            self.byte_order_mark = chunk.startswith(codecs.BOM_UTF8)
            self.multi_byte = self.byte_order_mark
        self.size += len(chunk)
        self.last = chunk[-1:]
        self.line_feeds += chunk.count(b"\n")
        self.quotes += chunk.count(b'"')
        if b"\r" in chunk:
            self.carriage_returns += chunk.count(b"\r")
            self.both += chunk.count(b"\r\n")
        if b"\0" in chunk:
            self.nul_bytes += chunk.count(b"\0")
        if not chunk.isascii():
            for start in range(0, len(chunk), PIECE):
                self.add_encoded(chunk[start : start + PIECE])
        elif not self.other_bytes:
            self.add_encoded(chunk[:1])

    def add_encoded(self, piece: bytes) -> None:
        """Which encoding the bytes beyond ASCII speak for."""
        if not self.other_bytes:
            try:
                decoded = self.decoder.decode(piece)
                self.multi_byte = self.multi_byte or not decoded.isascii()
            except UnicodeDecodeError:
                self.other_bytes = True
        if piece.isascii():
            return
        # A character of several bytes ends in one of 0x80-0xbf, which Latin-1 text hardly ever has.
        if not self.multi_byte and piece.translate(None, ALL_BUT_CONTINUATION):
            self.multi_byte = MULTI_BYTE.search(piece) is not None
        if not self.multi_byte:
            self.windows_bytes += len(piece.translate(None, ALL_BUT_C1))

    def finish(self) -> None:
        if not self.other_bytes:
            try:
                self.decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self.other_bytes = True
