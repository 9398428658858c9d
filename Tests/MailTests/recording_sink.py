"""A small mail server that writes down every byte as it comes, for the tests of the barrier before the last dot.

Prints its port on one line when it listens and ends when its standard input ends. In --folder it writes N.raw, all that
connection N sent, each byte before anything else is done with it; and `accepted`, the Message-ID of each message that it
took, one a line, written before it answers.

    --pipelining       offers PIPELINING (RFC 2920)
    --connections N    greets further connections beside these with 421
    --answer-after S   waits so long before each answer to a last dot
    --answer-from N    answers no last dot before N of them have come
    --silent PART      to this part of the last dots, chosen by --seed, it says nothing and closes the connection, having
                       taken the message
    --dead N           its N-th connection is accepted and never answers anything
    --hang N           to the N-th last dot it says nothing and keeps the connection open, having taken the message
    --defer PART       answers this part of the last dots with 451 without taking the message
    --refuse PART      answers this part of the last dots with 554 without taking the message
    --hang-up PART     closes the connection after this part of the DATA commands, before the message comes
"""

import argparse
import asyncio
import os
import random
import socket
import sys


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--pipelining", action="store_true")
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--answer-after", type=float, default=0)
    parser.add_argument("--answer-from", type=int, default=0)
    parser.add_argument("--silent", type=float, default=0)
    parser.add_argument("--defer", type=float, default=0)
    parser.add_argument("--refuse", type=float, default=0)
    parser.add_argument("--hang-up", type=float, default=0)
    parser.add_argument("--dead", type=int, default=0)
    parser.add_argument("--hang", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    opened = 0
    open_now = 0
    accepted = open(os.path.join(arguments.folder, "accepted"), "ab", buffering=0)
    count = 0
    dots = 0
    enough_dots = asyncio.Event()

    async def serve(reader, writer):
        nonlocal opened, open_now
        opened += 1
        number = opened
        raw = open(os.path.join(arguments.folder, f"{number}.raw"), "ab", buffering=0)
        open_now += 1
        try:
            if number == arguments.dead:
                await asyncio.sleep(3600)
            if open_now > arguments.connections:
                writer.write(b"421 4.7.0 Too many connections\r\n")
                await writer.drain()
                return
            await converse(reader, writer, raw)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            open_now -= 1
            raw.close()
            writer.close()

    async def converse(reader, writer, raw):
        nonlocal count, dots
        buffer = b""

        async def more():
            nonlocal buffer
            piece = await reader.read(65536)
            if not piece:
                raise ConnectionError
            raw.write(piece)
            buffer += piece

        async def line():
            nonlocal buffer
            while b"\r\n" not in buffer:
                await more()
            text, _, buffer = buffer.partition(b"\r\n")
            return text

        writer.write(b"220 recording.test ESMTP\r\n")
        while True:
            command = await line()
            verb = command[:4].upper()
            if verb == b"EHLO":
                offer = b"250-PIPELINING\r\n" if arguments.pipelining else b""
                writer.write(b"250-recording.test\r\n" + offer + b"250 SIZE 100000000\r\n")
            elif verb == b"DATA":
                writer.write(b"354 Go on\r\n")
                await writer.drain()
                if chance.random() < arguments.hang_up:
                    return
                # The end may come in pieces, and a message may be empty.
                while not buffer.startswith(b".\r\n") and b"\r\n.\r\n" not in buffer:
                    await more()
                if buffer.startswith(b".\r\n"):
                    content, buffer = b"", buffer[3:]
                else:
                    content, _, buffer = buffer.partition(b"\r\n.\r\n")
                dots += 1
                hangs = dots == arguments.hang
                if chance.random() < arguments.defer:
                    writer.write(b"451 4.3.0 Come later\r\n")
                    await writer.drain()
                    continue
                if chance.random() < arguments.refuse:
                    writer.write(b"554 5.7.1 Not wanted here\r\n")
                    await writer.drain()
                    continue
                name = b"?"
                for header in content.split(b"\r\n\r\n")[0].split(b"\r\n"):
                    if header.lower().startswith(b"message-id:"):
                        name = header.partition(b":")[2].strip()
                accepted.write(name + b"\n")
                count += 1
                if arguments.answer_after:
                    await asyncio.sleep(arguments.answer_after)
                if dots >= arguments.answer_from:
                    enough_dots.set()
                await enough_dots.wait()
                if hangs:
                    await asyncio.sleep(3600)
                if chance.random() < arguments.silent:
                    return
                writer.write(b"250 2.0.0 Ok: queued as R%d\r\n" % count)
            elif verb == b"QUIT":
                writer.write(b"221 Bye\r\n")
                await writer.drain()
                return
            else:
                writer.write(b"250 Ok\r\n")
            await writer.drain()

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(serve, sock=listener, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    os._exit(0)


asyncio.run(main())
