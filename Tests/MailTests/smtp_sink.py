"""A real SMTP server (aiosmtpd) on a free port of the loopback, for the tests of the transport.

Prints its port on one line when it listens. Each message it takes becomes two files in --folder: N.eml with the bytes
as received and N.json with the envelope. It ends when its standard input ends. A fault is told as STAGE=WHAT where the
stage is greeting, hello, mail, rcpt, data, content or dot, and WHAT is a reply to give ("451 4.3.0 Later"), `close` to
break the connection, `hang` to say nothing, or `once:` before any of these to do so only the first time.
"""

import argparse
import asyncio
import json
import os
import socket
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Broken(Exception):
    pass


class Faults:
    def __init__(self, texts):
        self.faults = dict(text.split("=", 1) for text in texts)

    def at(self, stage):
        what = self.faults.get(stage)
        if what and what.startswith("once:"):
            del self.faults[stage]
            what = what[len("once:"):]
        return what


class Sink(SMTP):
    def __init__(self, *args, faults, **kwargs):
        super().__init__(*args, **kwargs)
        self.faults = faults
        self.greeted = False

    async def fault(self, stage):
        """Does what is asked for the stage; the reply to give, or None to go on."""
        what = self.faults.at(stage)
        if what == "close":
            self.transport.abort()
            await asyncio.sleep(3600)
        if what == "hang":
            await asyncio.sleep(3600)
        return what

    async def push(self, status):
        if not self.greeted:
            self.greeted = True
            status = await self.fault("greeting") or status
        await super().push(status)

    async def smtp_EHLO(self, hostname):
        reply = await self.fault("hello")
        if reply:
            return await self.push(reply)
        await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, argument):
        reply = await self.fault("mail " + argument.partition("<")[2].partition(">")[0]) or await self.fault("mail")
        if reply:
            return await self.push(reply)
        await super().smtp_MAIL(argument)

    async def smtp_RCPT(self, argument):
        address = argument.partition("<")[2].partition(">")[0]
        reply = await self.fault("rcpt " + address) or await self.fault("rcpt")
        if reply:
            return await self.push(reply)
        await super().smtp_RCPT(argument)

    async def smtp_DATA(self, argument):
        reply = await self.fault("data")
        if reply:
            return await self.push(reply)
        if "content" in self.faults.faults:
            await self.push("354 Go on")
            await self._reader.readuntil(b"\r\n")
            await self.fault("content")
        await super().smtp_DATA(argument)


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.connections = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        with open(os.path.join(self.folder, f"{self.count}.eml"), "wb") as file:
            file.write(envelope.original_content)
        with open(os.path.join(self.folder, f"{self.count}.json"), "w") as file:
            json.dump({
                "sender": envelope.mail_from, "options": envelope.mail_options, "recipients": envelope.rcpt_tos,
                "isSecure": session.ssl is not None or isinstance(
                    server.transport.get_extra_info("sslcontext"), ssl.SSLContext),
                "isLoggedIn": bool(session.authenticated), "connections": self.connections,
                "clientName": session.host_name,
            }, file)
        return await server.fault("dot") or f"250 2.0.0 OK queued as Q{self.count}"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--limit", type=int, default=33554432)
    parser.add_argument("--fault", action="append", default=[])
    arguments = parser.parse_args()

    context = None
    if arguments.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.certificate, arguments.key)

    def authenticate(server, session, envelope, mechanism, login):
        right = (arguments.user.encode(), arguments.password.encode())
        return AuthResult(success=(login.login, login.password) == right, handled=False)

    keeper = Keeper(arguments.folder)
    faults = Faults(arguments.fault)

    def connection():
        keeper.connections += 1
        return Sink(
            keeper, faults=faults, hostname="sink.test", data_size_limit=arguments.limit, loop=loop,
            tls_context=context if arguments.tls == "starttls" else None,
            authenticator=authenticate if arguments.user else None,
            auth_required=bool(arguments.user), auth_require_tls=arguments.tls == "starttls")

    loop = asyncio.get_running_loop()
    listener = socket.socket(socket.AF_INET6 if ":" in arguments.host else socket.AF_INET)
    # Small, so that a message cannot hide whole between sender and receiver.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    listener.bind((arguments.host, 0))
    server = await loop.create_server(
        connection, sock=listener, ssl=context if arguments.tls == "implicit" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    os._exit(0)


asyncio.run(main())
