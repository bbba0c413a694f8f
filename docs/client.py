# ruff: noqa: INP001, T201
"""An example of Tatiana's API: client.py SITE signs in, changes a setting, gives coins, watches, and signs out."""

import base64
import hashlib
import json
import secrets
import sys
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from websockets.sync.client import connect

CALLBACK = "http://127.0.0.1:9000/callback"  # registered in the playground; at Discord, register your own


class Callback(BaseHTTPRequestHandler):
    """The redirect URI, where the browser returns with a code."""

    came = ""

    def do_GET(self) -> None:
        Callback.came = self.path
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"You can close this window and go back to the terminal.\n")

    def log_message(self, *_: object) -> None:
        pass


def sign_in(api: httpx.Client) -> dict[str, str]:
    """The user authorizes it in the browser; the returned code is exchanged for tokens."""
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    digest = hashlib.sha256(verifier.encode()).digest()
    way = api.get("/auth").raise_for_status().json()
    asked = {
        "response_type": "code",
        "client_id": way["client_id"],
        "scope": " ".join(way["scopes"]),
        "redirect_uri": CALLBACK,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": way["code_challenge_method"],
    }
    with HTTPServer(("127.0.0.1", 9000), Callback) as waiting:
        print(f"Open {way['authorize_url']}?{urlencode(asked)}", flush=True)
        while (came := parse_qs(urlsplit(Callback.came).query)).get("state") != [state]:
            waiting.handle_request()  # a request without our state is not the answer to ours
    code = {"code": came["code"][0], "code_verifier": verifier, "redirect_uri": CALLBACK}
    return api.post("/auth/login", json=code | {"device": "docs/client.py"}).raise_for_status().json()


def change_daily(api: httpx.Client, guild: str) -> None:
    """Read, change, and start over if somebody else was faster."""
    while True:
        read = api.get(f"/guilds/{guild}/config").raise_for_status()
        coins = read.json()["settings"]["economy"]["daily"] % 500 + 60
        wanted = {"settings": {"economy": {"daily": coins}}}
        answer = api.patch(f"/guilds/{guild}/config", json=wanted, headers={"If-Match": read.headers["ETag"]})
        if answer.status_code != httpx.codes.PRECONDITION_FAILED:
            change = answer.raise_for_status().json()["change"]
            changes = change["changes"].values() if change else ()
            print("changed", [one["summary"] for one in changes], flush=True)
            return


def main(site: str) -> None:
    """All of it, once."""
    with httpx.Client(base_url=f"{site}/api/v1") as api:
        tokens = sign_in(api)
        api.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        me = api.get("/users/me").raise_for_status().json()
        servers = api.get("/guilds").raise_for_status().json()["guilds"]
        print("signed in as", me["username"], "in", [server["name"] for server in servers], flush=True)
        guild = next(server["id"] for server in servers if server["managed"] and server["installed"])
        change_daily(api, guild)

        ticket = api.post("/socket-tickets").raise_for_status().json()["ticket"]
        with connect(f"{site.replace('http', 'ws', 1)}/ws") as socket:
            socket.send(json.dumps({"type": "ticket", "ticket": ticket}))
            socket.send(json.dumps({"type": "subscribe", "guild_id": guild, "kinds": ["ledger"]}))
            while json.loads(socket.recv(timeout=10))["type"] != "subscribed":
                pass
            grant = {"user_id": me["id"], "coins": 25, "reason": "Tried the API"}
            once = {"Idempotency-Key": str(uuid.uuid4())}  # the same when repeated, so that nothing is paid twice
            paid = [api.post(f"/guilds/{guild}/economy/grants", json=grant, headers=once).json() for _ in range(2)]
            print("paid once, answered alike:", paid[0] == paid[1], flush=True)
            print("event", json.loads(socket.recv(timeout=10))["data"]["coins"], flush=True)

        tokens = api.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]}).raise_for_status().json()
        api.post("/auth/logout", json={"refresh_token": tokens["refresh_token"]}).raise_for_status()
        print("signed out, and refused:", api.get("/users/me").status_code, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
