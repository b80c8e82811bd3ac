"""A real IMAP server (Debian's dovecot-imapd) with one user, for as long as a test needs it."""

import os
import pwd
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "open sesame"  # noqa: S105 -- of this server only
BINARY = "/usr/sbin/dovecot"
MISSING = "the IMAP server is not installed: apt-get install dovecot-imapd"


def is_installed():
    return Path(BINARY).exists() and Path("/usr/lib/dovecot/imap").exists()


def _free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@dataclass
class Dovecot:
    root: Path
    port: int
    tls_port: int
    process: subprocess.Popen
    owner: tuple

    @property
    def maildir(self):
        return self.root / "mail"

    def put(self, raw):
        """Deliver a mail as a mail server does: written beside and moved."""
        for folder in ("cur", "new", "tmp"):
            (self.maildir / folder).mkdir(parents=True, exist_ok=True)
            os.chown(self.maildir / folder, *self.owner)
        os.chown(self.maildir, *self.owner)
        name = f"{time.time_ns()}.{uuid.uuid4().hex}.test"
        beside = self.maildir / "tmp" / name
        beside.write_bytes(raw.replace(b"\r\n", b"\n"))
        os.chown(beside, *self.owner)
        beside.rename(self.maildir / "new" / name)

    def number_anew(self):
        """Forget the numbers: the server makes up new ones under a new UIDVALIDITY."""
        time.sleep(1.1)  # a validity is a moment in seconds
        for path in self.maildir.glob("dovecot*"):
            path.unlink()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def start(root):  # noqa: C901, PLR0915 -- one configuration, read from top to bottom
    me = pwd.getpwuid(os.getuid())
    # As root, Dovecot uses its own users and the mail belongs to "mail"; else all is ours.
    if me.pw_uid == 0:
        mail, login, inner = (pwd.getpwnam(name) for name in ("mail", "dovenull", "dovecot"))
    else:
        mail = login = inner = me
    port, tls_port = _free_port(), _free_port()
    subprocess.run(  # noqa: S603 -- our own arguments
        ["/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", root / "key.pem", "-out", root / "cert.pem", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    (root / "users").write_text(
        f"service:{{PLAIN}}{PASSWORD}:{mail.pw_uid}:{mail.pw_gid}::{root}/home\n"
    )
    for folder in ("home", "mail", "run", "state"):
        (root / folder).mkdir()
    for folder in ("home", "mail"):
        os.chown(root / folder, mail.pw_uid, mail.pw_gid)
    root.chmod(0o755)  # the server's own users come in
    unprivileged = (
        ""
        if me.pw_uid == 0
        else "service anvil {\n  chroot =\n}\nservice imap-login {\n  chroot =\n}\n"
    )
    (root / "dovecot.conf").write_text(f"""
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
default_login_user = {login.pw_name}
default_internal_user = {inner.pw_name}
default_internal_group = {_group(inner)}
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{root}/mail
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = passwd-file
  args = {root}/users
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
{unprivileged}""")
    with (root / "errors").open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 -- our own arguments
            [BINARY, "-F", "-c", root / "dovecot.conf"], stdout=subprocess.DEVNULL, stderr=errors
        )
    server = Dovecot(root, port, tls_port, process, (mail.pw_uid, mail.pw_gid))
    for _attempt in range(100):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server
    process.kill()
    log = root / "log"
    raise RuntimeError((root / "errors").read_text() + (log.read_text() if log.exists() else ""))


def _group(user):
    import grp  # noqa: PLC0415 -- only here

    return grp.getgrgid(user.pw_gid).gr_name
