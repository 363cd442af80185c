"""What a page may say to the server: to be drawn, to stop, that it is still there.

Streamlit takes more from anybody who speaks its protocol: to empty the caches that all viewers
share, the book among them, and to tell which files of the repository were changed.
"""

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

SAID = frozenset({"rerun_script", "stop_script", "app_heartbeat", "backend_operation_request"})


def is_said(data: bytes | None) -> bool:
    """Whether these bytes are something that a page of ours says."""
    try:
        return BackMsg.FromString(data or b"").WhichOneof("type") in SAID
    except DecodeError:
        return False


class Heard:
    """Passes on what a page may say, and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; of a WebSocket, only the messages that are meant."""

        async def heard() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or is_said(message.get("bytes")):
                    return message

        await self.app(scope, heard if scope["type"] == "websocket" else receive, send)
