"""Posts batches from files over several connections; says `ready`, waits for a line, says `done`.

python -m bench.sender FOLDER TOKEN PORT …

A connection to each port; a port that is named again gets another.
"""

import http.client
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def main(folder: str, token: str, *ports: str) -> None:
    batches = [path.read_bytes() for path in sorted(Path(folder).iterdir())]
    lines = [http.client.HTTPConnection("127.0.0.1", int(port)) for port in ports]
    several = len(lines)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/cloudevents-batch+json",
    }
    for line in lines:
        _post(line, [b"[]"], headers)
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(several) as pool:
        shares = [batches[number::several] for number in range(several)]
        list(pool.map(_post, lines, shares, [headers] * several))
    print("done", flush=True)


def _post(
    line: http.client.HTTPConnection, batches: Sequence[bytes], headers: dict[str, str]
) -> None:
    for batch in batches:
        line.request("POST", "/v1/events", batch, headers)
        answer = line.getresponse()
        told = answer.read()
        assert answer.status == 200, told[:500]


if __name__ == "__main__":
    main(*sys.argv[1:])
