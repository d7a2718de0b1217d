"""A server that starts another process, which does not listen to polite words.

`python -m stubborn_server PORT FILE` answers on the port and writes the other one's pid to FILE.
"""

import subprocess
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"

if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1])), SimpleHTTPRequestHandler)
    other = subprocess.Popen([sys.executable, "-c", DEAF])
    Path(sys.argv[2]).write_text(str(other.pid), "ascii")
    server.serve_forever()
