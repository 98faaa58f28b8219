"""A mail server that keeps what it is sent: each message as a file in the folder's `new`, as Maildir has it."""

import asyncio
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP


async def serve(folder):
    keep = Mailbox(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keep, loop=loop), "127.0.0.1", 0)
    print("Listening on %s:%d" % server.sockets[0].getsockname(), flush=True)
    await server.serve_forever()


asyncio.run(serve(sys.argv[1]))
