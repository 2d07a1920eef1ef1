#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_trace.py TEXT DIR: writes the trace files that a readable text describes.

A second, independent implementation of docs/trace-format.md: tests of the exporter take their truth from here. One
statement a line, `key=value` fields, numbers decimal or 0x…, text with spaces in quotes; `#` begins a comment.

    run [id=N] [pid=N]                         once, first
    process [start=0] [tps=1000000000] [cores=] [page=] [executable=] [argument=]... [clock= host= kernel= libc= ...]
    clock ticks= [mono=ticks] [real=] [boot=]
    option key= value= [given=0]    module bias= low= high= [generation=0] path= [build=]    gone bias= generation=
    site id= callee= [function= file= line= column= type= receiver= family=malloc|new|new[]|custom|mapping]
    scope id= name= [function= file= line=]    note ticks= text=    end ticks=    tree [start=0] token=
    metric id= name= [kind=gauge|counter] [scope=system|process|core|thread|device] [unit=]
    instance scope= id= name=       unavailable metric= reason=     sample ticks= [cost=0] METRIC:INSTANCE=VALUE...
    thread tid= [untracked] [compressed] [part=2] [tail=BYTES] [dropped= reasons= cut=] [creator=]   following lines belong to it:
      stack id= [site=0] [flags=0] [reference= shared=] [frames=A,B,...]
      alloc t= a= s= [k=0] [align=] [weight=] [same]     free t= a= [k=0]     realloc      (prefix of the next two)
      start t= [FIELD=N]...   finish t= [FIELD=N]...     name t= text=   scope-is id=   modules generation=
      mark t= text=           enter t= text=             leave t=        sampling [rate=1] [bytes=0]
      raw HEX...              unknown kind= HEX
      block [frame=HEX] [decoded=N]     ends a block: it is appended to the file, the next records go to the next one;
                              with other bytes for its frame or another size of its records than are right
      tail [duplicate|none]   where the last records stay: in the tail (default), appended and left in the tail, appended
    freq tid= site= calls= [bytes= min= max= first= last=]
    file NAME TEXT                             another file with this text
    damage NAME truncate=N | flip=OFFSET | version=N | run=N | bytes=OFFSET:HEX      applied at the end
"""
import os
import shlex
import struct
import sys

WIDTHS_TIME = (1, 2, 4, 8)
WIDTHS_STACK = (1, 2, 3, 4)
COUNTERS = ("ticks thread_start_ns user_ns system_ns cpu_ns read_calls write_calls read_bytes write_bytes storage_read_bytes "
            "storage_write_bytes voluntary_switches involuntary_switches run_delay_ns minor_faults major_faults "
            "own_read_calls own_write_calls own_read_bytes own_write_bytes unavailable").split()
COLUMNS = ("tag time_low time_high alloc_back_low alloc_back_high free_back_low free_back_high address_low address_middle "
           "address_high stack_low stack_high size_low size_high other").split()
FAMILIES = {"malloc": 0, "new": 1, "new[]": 2, "custom": 3, "mapping": 4}
SCOPES = {"system": 0, "process": 1, "core": 2, "thread": 3, "device": 4}


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return varint((n << 1) ^ (n >> 63) if n >= 0 else ((-n - 1) << 1) | 1)


def text(value):
    raw = value.encode("utf-8", "surrogateescape")
    return struct.pack("<I", len(raw)) + raw


def u32(*values):
    return struct.pack(f"<{len(values)}I", *values)


def u64(*values):
    return struct.pack(f"<{len(values)}Q", *(v & (1 << 64) - 1 for v in values))


def file_header(kind, run, pid, tid=0, start=0, header_bytes=64):
    head = b"MEMSCOPE" + struct.pack("<HHIQIIQB", 4, kind, header_bytes, run, pid, tid, start, 8)
    return head.ljust(64, b"\0")


def fact(kind, payload):
    check = crc32c(payload)
    return u32(kind, len(payload), check, kind ^ len(payload) ^ check ^ 0x5346534D) + payload


def zstd_frame(content):
    """A frame that holds its content as it is: that, too, is zstd."""
    head = b"\x28\xb5\x2f\xfd\xa0" + u32(len(content))  # single segment, four bytes of content size
    return head + (1 | len(content) << 3).to_bytes(3, "little") + content  # the last block, not compressed


class Block:
    """Records of one block; base values are those of its first event, as a writer would choose them."""

    def __init__(self, sequence, base_ticks=0, base_address=0):
        self.sequence, self.base_ticks, self.base_address = sequence, base_ticks, base_address
        self.ticks, self.address, self.events, self.payload = base_ticks, base_address, 0, bytearray()
        self.columns, self.places = {name: bytearray() for name in COLUMNS}, {}
        self.stack_before, self.before_last = 0, 0  # id of the last definition; where the last record begins in "other"
        self.frame, self.decoded = None, None  # other values than the right ones

    def event(self, event_class, fields, size=None):
        ticks, address, stack = fields["t"], fields["a"], fields.get("k", 0)
        if self.events == 0 and not self.base_ticks:
            self.base_ticks = self.ticks = ticks
        delta, step = ticks - self.ticks, address - self.address
        time_code = next(i for i, w in enumerate(WIDTHS_TIME) if delta < 1 << 8 * w)
        stack_code = next(i for i, w in enumerate(WIDTHS_STACK) if stack < 1 << 8 * w)
        units = step // 8
        coded = units << 1 if units >= 0 else ((-units - 1) << 1) | 1
        address_code = next((i for i, w in enumerate((1, 2, 4)) if step % 8 == 0 and coded < 1 << 8 * w), 3)
        self.payload.append(event_class | time_code << 2 | address_code << 4 | stack_code << 6)
        self.payload += delta.to_bytes(WIDTHS_TIME[time_code], "little")
        self.payload += (coded if address_code < 3 else address).to_bytes((1, 2, 4, 8)[address_code], "little")
        self.payload += stack.to_bytes(WIDTHS_STACK[stack_code], "little")
        if size is not None:
            self.payload += varint(size)
        self.sort(event_class, delta, time_code, address, coded, address_code, stack, stack_code, size)
        self.ticks, self.address, self.events = ticks, address, self.events + 1

    def sort(self, event_class, delta, time_code, address, coded, address_code, stack, stack_code, size):
        """Puts an event into the columns."""
        columns, back = self.columns, self.events - self.places.get(address, self.events)
        self.places[address] = self.events
        place = "free_back" if event_class == 3 else "alloc_back"
        if back == 0 or back > 0xFFFF:
            place, address_code = "address", max(address_code, 1)
        else:
            address_code = 0
        for name, value, width in (("time", delta, WIDTHS_TIME[time_code]), ("stack", stack, WIDTHS_STACK[stack_code])):
            raw = value.to_bytes(width, "little")
            columns[name + "_low"] += raw[:1]
            columns[name + "_high"] += raw[1:]
        if address_code == 0:
            raw = back.to_bytes(2, "little")
            columns[place + "_low"] += raw[:1]
            columns[place + "_high"] += raw[1:]
        else:
            raw = (address if address_code == 3 else coded).to_bytes((0, 2, 4, 8)[address_code], "little")
            columns["address_low"] += raw[:1]
            columns["address_middle"] += raw[1:2]
            columns["address_high"] += raw[2:]
        if size is not None:
            columns["size_low"] += varint(size)[:1]
            columns["size_high"] += varint(size)[1:]
        columns["tag"].append(event_class | time_code << 2 | address_code << 4 | stack_code << 6)

    def control(self, tag, rest=b""):
        self.payload += bytes([tag]) + rest
        self.columns["tag"].append(tag)
        self.before_last = len(self.columns["other"])
        self.columns["other"] += rest

    def framed(self, kind, payload):
        self.control((kind << 2) & 0xFF, varint(len(payload)) + payload)

    def sort_stack(self, f, rest):
        """Puts a definition, which has just been added, into the columns as it is to stand there."""
        reference, other = f.get("reference", 0), self.columns["other"]
        del other[self.before_last:]
        other += varint(len(rest)) + varint(f["id"] - self.stack_before & (1 << 64) - 1) + bytes([f.get("flags", 0)])
        other += varint(f.get("site", 0)) + varint(f["id"] - reference if reference else 0) + rest
        self.stack_before = f["id"]

    def bytes(self, sealed, compressed=False):
        payload, decoded = self.payload, 0
        if compressed:
            columns = [bytes(self.columns[name]) for name in COLUMNS]
            payload, decoded = zstd_frame(u32(*map(len, columns)) + b"".join(columns)), len(self.payload)
            payload, decoded = self.frame if self.frame is not None else payload, self.decoded or decoded
        checksum, events = (crc32c(payload), self.events) if sealed else (0, 0)
        head = struct.pack("<IIIIQQIII20x", 0x4B42534D, self.sequence, len(payload), checksum, self.base_ticks,
                           self.base_address, events, 0, decoded)
        if sealed:
            head = head[:36] + u32(crc32c(head)) + head[40:]
        return head + bytes(payload)


class Thread:
    def __init__(self, fields, flags, run, pid):
        self.fields, self.run, self.pid = fields, run, pid
        self.tracked, self.compressed = "untracked" not in flags, "compressed" in flags
        self.done, self.block, self.stacks, self.tail = [], Block(0), {}, "keep"

    def name(self):
        kind = "thread" if self.tracked else "untracked"
        part = f"-{self.fields['part']}" if "part" in self.fields else ""
        return f"memscope_{kind}_{self.fields['tid']}{part}.bin"

    def seal(self):
        self.done.append(self.block)
        self.block = Block(self.block.sequence + 1, self.block.ticks, self.block.address)

    def stack(self, f):
        frames = [int(x, 0) for x in str(f["frames"]).split(",")] if "frames" in f else []
        body = varint(f["id"]) + bytes([f.get("flags", 0)]) + varint(f.get("site", 0))
        body += varint(f.get("reference", 0))
        rest, before = varint(f.get("shared", 0)) + varint(len(frames)), 0
        for frame in frames:
            rest += zigzag(frame - before)
            before = frame
        body += rest
        self.block.framed(16, body)
        self.block.sort_stack(f, rest)

    def statement(self, word, f, flags):
        block = self.block
        if word == "alloc":
            if "align" in f:
                block.control(0x08, bytes([f["align"].bit_length() - 1]))
            if "weight" in f:
                block.control(0x0C, struct.pack("<d", float(f["weight"])))
            block.event(1 if "same" in flags else 2, f, None if "same" in flags else f["s"])
        elif word == "free":
            block.event(3, f)
        elif word == "realloc":
            block.control(0x04)
        elif word == "stack":
            self.stack(f)
        elif word in ("start", "finish"):
            f["ticks"] = f.get("t", 0)
            f.setdefault("cpu_ns", f.get("user_ns", 0) + f.get("system_ns", 0))
            block.framed(17 if word == "start" else 18, u64(*(f.get(name, 0) for name in COUNTERS)))
        elif word in ("name", "mark", "enter"):
            kind = {"name": 19, "mark": 22, "enter": 23}[word]
            block.framed(kind, u64(f["t"]) + str(f["text"]).encode("utf-8", "surrogateescape"))
        elif word == "leave":
            block.framed(24, u64(f["t"]))
        elif word == "scope-is":
            block.framed(20, varint(f["id"]))
        elif word == "modules":
            block.framed(21, varint(f["generation"]))
        elif word == "sampling":
            block.framed(26, varint(f.get("bytes", 0)) + struct.pack("<d", float(f.get("rate", 1))))
        elif word == "raw":
            raw = bytes.fromhex("".join(flags))
            block.control(raw[0], raw[1:])
        elif word == "unknown":
            block.framed(f["kind"], bytes.fromhex("".join(flags)))
        elif word == "block":
            block.frame = bytes.fromhex(f["frame"].removeprefix("x")) if "frame" in f else None
            block.decoded = f.get("decoded")
            self.seal()
        elif word == "tail":
            self.tail = flags[0]
        else:
            return False
        return True

    def bytes(self):
        f = self.fields
        flags, window = (1 if self.tracked else 0), f.get("tail", 1024)
        head = file_header(1, self.run, self.pid, f["tid"], f.get("start", 0), 128)
        head += u32(flags, 256, window, f.get("creator", 0)) + u64(f.get("dropped", 0), f.get("cut", 0))
        head += u32(f.get("reasons", 0)) + bytes(28)
        if self.tail != "keep":
            self.done.append(self.block)
        last = self.block.bytes(sealed=False) if self.tail != "none" else b""
        if len(last) > window:
            sys.exit(f"{self.name()}: tail of {len(last)} bytes in a window of {window}; give `tail=`")
        out = head.ljust(256, b"\0") + last.ljust(window, b"\0")
        return out + b"".join(block.bytes(True, self.compressed) for block in self.done)


def process_fact(kind, f):
    get = lambda name, default=0: f.get(name, default)
    line = lambda *names: b"".join(text(str(f.get(name, ""))) for name in names)
    if kind == "process":
        arguments = f.get("argument", [])
        return fact(1, u32(f["pid"], get("ppid")) + u64(get("start"), get("tps", 10**9)) +
                    u32(get("page", 4096), get("cores", 2)) + text(str(get("clock", "CLOCK_MONOTONIC"))) +
                    line("executable", "cwd", "host", "kernel", "libc", "runtime") + u32(len(arguments)) +
                    b"".join(map(text, arguments)))
    if kind == "clock":
        return fact(2, u64(f["ticks"], get("mono", f["ticks"]), get("real"), get("boot", f["ticks"])))
    if kind == "option":
        return fact(3, line("key", "value") + bytes([get("given")]))
    if kind == "module":
        return fact(4, u64(f["bias"], f["low"], f["high"]) + u32(get("generation")) + line("path", "build"))
    if kind == "gone":
        return fact(5, u64(f["bias"]) + u32(f["generation"]))
    if kind == "site":
        return fact(6, u32(f["id"], get("line"), get("column")) + bytes([FAMILIES[get("family", "malloc")]]) +
                    line("callee", "function", "file", "type", "receiver"))
    if kind == "scope":
        return fact(7, u32(f["id"], get("line")) + line("name", "function", "file"))
    if kind == "end":
        return fact(8, u64(f["ticks"]))
    if kind == "note":
        return fact(9, u64(f["ticks"]) + line("text"))
    if kind == "tree":
        return fact(10, u64(get("start")) + line("token"))
    return None


def resource_fact(kind, f):
    if kind == "metric":
        return fact(32, u32(f["id"]) + bytes([int(f.get("kind", "gauge") == "counter"), SCOPES[f.get("scope", "system")]]) +
                    text(f["name"]) + text(f.get("unit", "")))
    if kind == "instance":
        return fact(34, bytes([SCOPES[f["scope"]]]) + u32(f["id"]) + text(str(f["name"])))
    if kind == "unavailable":
        return fact(33, u32(f["metric"]) + text(f["reason"]))
    if kind == "sample":
        values = [(key, value) for key, value in f.items() if ":" in key]
        body = u64(f["ticks"], f.get("cost", 0)) + varint(len(values))
        for key, value in values:
            metric, instance = key.split(":")
            body += varint(int(metric)) + varint(int(instance)) + zigzag(value)
        return fact(35, body)
    return None


def parse(line):
    words = shlex.split(line, comments=True)
    fields, flags = {}, []
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals:
            flags.append(word)
            continue
        if "\\" in value:  # \xff and the like stand for raw bytes
            value = value.encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "surrogateescape")
        if key == "argument":
            fields.setdefault(key, []).append(value)
            continue
        try:
            fields[key] = int(value, 0)
        except ValueError:
            fields[key] = value
    return (words[0] if words else ""), fields, flags


def apply_damage(directory, name, f):
    path = os.path.join(directory, name)
    data = bytearray(open(path, "rb").read())
    if "truncate" in f:
        data = data[:f["truncate"] if f["truncate"] >= 0 else len(data) + f["truncate"]]
    if "flip" in f:
        data[f["flip"]] ^= 0xFF  # negative: from the end
    if "version" in f:
        data[8:10] = struct.pack("<H", f["version"])
    if "run" in f:
        data[16:24] = u64(f["run"])
    if "bytes" in f:
        offset, raw = f["bytes"].split(":")
        offset, raw = int(offset, 0), bytes.fromhex(raw)
        data[offset:offset + len(raw)] = raw
    open(path, "wb").write(data)


def main(source, directory):
    os.makedirs(directory, exist_ok=True)
    run, pid, thread, threads, damages = 0x1234, 100, None, [], []
    process, resources, files, frequencies = b"", b"", {}, {}
    for number, line in enumerate(open(source, encoding="utf-8"), 1):
        if line.startswith(";"):
            continue
        word, f, flags = parse(line)
        if word == "run":
            run, pid = f.get("id", run), f.get("pid", pid)
            continue
        if word == "thread":
            thread = Thread(f, flags, run, pid)
            threads.append(thread)
            continue
        if word == "freq":
            frequencies.setdefault(f["tid"], []).append(f)
            continue
        if word == "file":
            files[flags[0]] = " ".join(flags[1:]) + "\n"
            continue
        if word == "damage":
            damages.append((flags[0], f))
            continue
        if not word or (thread and thread.statement(word, f, flags)):
            continue
        f.setdefault("pid", pid)
        as_process, as_resource = process_fact(word, f), resource_fact(word, f)
        if as_process is None and as_resource is None:
            sys.exit(f"{source}:{number}: unknown statement '{word}'")
        process += as_process or b""
        resources += as_resource or b""
    if process:
        files["memscope_process.bin"] = file_header(3, run, pid) + process
    if resources:
        files["memscope_resources.bin"] = file_header(4, run, pid) + resources
    for thread in threads:
        files[thread.name()] = thread.bytes()
    for tid, entries in frequencies.items():
        body = b"".join(u32(e["site"], 0) + u64(e["calls"], e.get("bytes", 0), e.get("min", 0), e.get("max", 0),
                                                e.get("first", 0), e.get("last", 0), 0) for e in entries)
        files[f"memscope_thread_{tid}.freq"] = file_header(2, run, pid, tid) + body + bytes(64)
    for name, data in files.items():
        with open(os.path.join(directory, name), "wb") as out:
            out.write(data.encode() if isinstance(data, str) else data)
    for name, f in damages:
        apply_damage(directory, name, f)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
