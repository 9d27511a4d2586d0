import asyncio
from typing import Any, LiteralString

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from tiendo_local.testing import Broker


def shown(url: str, query: LiteralString) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return str(row[0])


def test_each_test_has_an_empty_database_of_its_own(database_url: str):
    assert shown(database_url, "SELECT current_database()").startswith("test_")
    assert shown(database_url, "SELECT count(*) FROM pg_stat_user_tables") == "0"


@pytest.mark.parametrize(
    "query", ["SHOW fsync", "SHOW synchronous_commit", "SHOW full_page_writes"]
)
def test_postgresql_keeps_what_it_confirmed(database_url: str, query: LiteralString):
    assert shown(database_url, query) == "on"


def test_postgresql_18_lets_three_hundred_in(database_url: str):
    assert shown(database_url, "SHOW max_connections") == "300"
    assert shown(database_url, "SHOW server_version").startswith("18.")


def test_vietnamese_letters_fold_and_sort_the_same_everywhere(database_url: str):
    assert shown(database_url, "SELECT lower('ĐẮK LẮK')") == "đắk lắk"
    assert shown(database_url, "SELECT 'Z' < 'Đ'") == "True"


async def there_and_back(kafka: Broker, value: bytes) -> bytes:
    topic = await kafka.create_topic("words", partitions=1)
    producer: Any = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)
    consumer: Any = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest"
    )
    async with producer, consumer:
        await producer.send_and_wait(topic, value)
        return (await consumer.getone()).value


def test_a_record_goes_through_the_broker(kafka: Broker):
    assert asyncio.run(there_and_back(kafka, "tiến độ".encode())) == "tiến độ".encode()


def test_a_topic_is_never_created_by_asking_for_it(kafka: Broker):
    async def create_twice() -> None:
        await kafka.create_topic("once")
        await kafka.create_topic("once")

    with pytest.raises(RuntimeError, match="once was not created"):
        asyncio.run(create_twice())
