# pyright: basic
"""Why brokers cannot be reached, and what to do: the client library says it in its log alone.

Needs the extra `tiendo-contracts[kafka]`.
"""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

_TRY_MS = 3_000
_OTHER_NAME = frozenset({62, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
_OTHER_TIME = frozenset({9, 10})  # not yet, not any more
_OPTIONS = (
    "security_protocol",
    "ssl_context",
    "sasl_mechanism",
    "sasl_plain_username",
    "sasl_plain_password",
)


async def why_unreachable(bootstrap: str, options: Mapping[str, Any]) -> str:
    """Try each broker once; one sentence of what stands in the way, in Vietnamese and English.

    Args:
        bootstrap: Addresses of brokers, `host:port`, by commas.
        options: How a client of theirs proves itself, such as those of `secured`.
    """
    given = {name: options[name] for name in _OPTIONS if name in options}
    found: dict[str, list[str]] = {}
    for host, port in _addresses(bootstrap):
        reason = await _try(host, port, given)
        found.setdefault(reason, []).append(f"{host}:{port}")
    return "; ".join(f"{', '.join(where)}: {reason}" for reason, where in found.items())


def _addresses(bootstrap: str) -> Iterator[tuple[str, int]]:
    for one in bootstrap.split(","):
        host, _, port = one.strip().rpartition(":")
        yield host.strip("[]"), int(port)


async def _try(host: str, port: int, options: Mapping[str, Any]) -> str:
    try:
        async with asyncio.timeout(2 * _TRY_MS / 1000):
            connection = await create_conn(host, port, request_timeout_ms=_TRY_MS, **options)
    except (KafkaError, OSError, ValueError) as error:
        return _sentence(error, options)
    connection.close()
    return (
        "máy chủ này trả lời; nơi không tới được là địa chỉ mà nó công bố (advertised.listeners)"
        " / this one answers; what cannot be reached is an address that it tells of"
        " (advertised.listeners)"
    )


def _sentence(error: Exception, options: Mapping[str, Any]) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return _of_certificate(error)
        case ssl.SSLError() | ConnectionResetError() if "ssl_context" in options:
            return (
                "cổng này không nói TLS: kiểm tra cổng và giao thức"
                f" / this port does not speak TLS: check the port and the protocol ({error!r})"
            )
        case AuthenticationFailedError() | SaslAuthenticationFailed():
            user = options.get("sasl_plain_username")
            return (
                f"máy chủ từ chối người dùng {user}: tên hoặc mật khẩu sai; xem lại tệp mật khẩu"
                f" / the broker refuses user {user}: its name or password is wrong; look at the"
                f" password's file, and whether the user is made for {options['sasl_mechanism']}"
            )
        case UnsupportedSaslMechanismError():
            return (
                f"máy chủ không nhận cơ chế {options['sasl_mechanism']}"
                f" / the broker does not take this mechanism: {error}"
            )
        case KafkaError():
            return (
                "máy chủ ngắt kết nối: cổng này có lẽ đòi TLS hoặc SASL; xem lại giao thức"
                f" / the broker ends the talk: its port may want TLS or SASL, and we speak"
                f" {options.get('security_protocol', 'PLAINTEXT')} ({error})"
            )
        case _:
            return (
                "không có gì trả lời: kiểm tra địa chỉ, cổng, tường lửa"
                f" / nothing answers: check address, port and firewall ({error!r})"
            )


def _of_certificate(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _OTHER_NAME:
        return (
            "chứng thư của máy chủ không mang tên này: gọi nó bằng tên có trong chứng thư"
            " / the broker's certificate is for another name: use a name that stands in it"
            f" ({error.verify_message})"
        )
    if error.verify_code in _OTHER_TIME:
        return (
            "chứng thư của máy chủ hết hạn hoặc chưa có hiệu lực: thay chứng thư, xem lại đồng hồ"
            " / the broker's certificate is over or not yet valid: renew it, check the clocks"
            f" ({error.verify_message})"
        )
    return (
        "chứng thư của máy chủ do nơi ta không tin ký: chỉ tệp CA của các máy chủ này"
        " / the broker's certificate is signed by nobody we trust: name the brokers' CA file"
        f" ({error.verify_message})"
    )
