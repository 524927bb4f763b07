"""File formats that more than one script here reads or writes."""

import io
import zipfile
import zlib

import numpy as np


def to_npz(arrays):
    """Return the bytes of a compressed npz without dates: the same for the same arrays."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            archive.writestr(entry, content.getvalue(), compresslevel=9)
    return buffer.getvalue()


def read_r(source, name):
    """Return a variable of the data of an R package: of the pair of files of its folder."""
    import rdata  # only the build needs it

    index_bytes = (source / "Rdata.rdx").read_bytes()
    index = rdata.conversion.convert(rdata.parser.parse_data(index_bytes, extension=".rds"))
    offset, length = (int(value) for value in index["variables"][name])
    block = (source / "Rdata.rdb").read_bytes()[offset : offset + length]
    size = int.from_bytes(block[:4], "big")  # bytes after decompression, then zlib data
    serialised = zlib.decompress(block[4:])
    if len(serialised) != size:
        raise ValueError(f"{name} has {len(serialised)} bytes after decompression, not {size}")
    return rdata.conversion.convert(rdata.parser.parse_data(serialised, extension=".rds"))
