"""Trades on a test exchange with Binance's own SDK: binance_sdk_client.py REST STREAMS SOCKET_API KEY SECRET."""

import asyncio
import sys

from binance_common.configuration import (
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
    ConfigurationWebSocketStreams,
)
from binance_sdk_spot.spot import Spot

REST, STREAMS, SOCKET_API, KEY, SECRET = sys.argv[1:6]

spot = Spot(
    config_rest_api=ConfigurationRestAPI(api_key=KEY, api_secret=SECRET, base_path=REST, timeout=5000),
    config_ws_api=ConfigurationWebSocketAPI(api_key=KEY, api_secret=SECRET, stream_url=SOCKET_API),
    config_ws_streams=ConfigurationWebSocketStreams(stream_url=STREAMS),
)


def trade():
    rest = spot.rest_api
    markets = rest.exchange_info().data()
    assert "BTCUSDT" in [market.symbol for market in markets.symbols]
    candles = rest.klines(symbol="BTCUSDT", interval="1m", limit=20).data()
    assert len(candles) == 20, candles
    order = rest.new_order(
        symbol="BTCUSDT", side="BUY", type="LIMIT", time_in_force="GTC", quantity=0.01, price=15000.0).data()
    assert order.status == "NEW", order
    assert rest.get_order(symbol="BTCUSDT", order_id=order.order_id).data().order_id == order.order_id
    canceled = rest.delete_order(symbol="BTCUSDT", order_id=order.order_id).data()
    assert canceled.status == "CANCELED", canceled
    bought = rest.new_order(symbol="BTCUSDT", side="BUY", type="MARKET", quantity=0.01).data()
    assert bought.status == "FILLED", bought
    balances = {balance.asset: balance for balance in rest.get_account().data().balances}
    assert float(balances["BTC"].free) > 10, balances["BTC"]
    assert rest.my_trades(symbol="BTCUSDT").data()[-1].qty == "0.01000000"


async def stream():
    seen = asyncio.Queue()
    connection = await spot.websocket_streams.create_connection()
    api = await spot.websocket_api.create_connection()
    try:
        trades = await connection.trade(symbol="btcusdt")
        trades.on("message", lambda event: seen.put_nowait("trade"))
        klines = await connection.kline(symbol="btcusdt", interval="1m")
        klines.on("message", lambda event: seen.put_nowait("kline"))
        user = await api.user_data_stream_subscribe_signature()
        user.stream.on("message", lambda event: seen.put_nowait("user"))
        placed = await api.order_place(symbol="BTCUSDT", side="BUY", type="MARKET", quantity=0.001)
        assert placed.data().result.status == "FILLED", placed.data()
        kinds = set()
        while kinds < {"trade", "kline", "user"}:
            kinds.add(await asyncio.wait_for(seen.get(), 10))
    finally:
        await connection.close_connection(close_session=True)
        await api.close_connection(close_session=True)


trade()
asyncio.run(asyncio.wait_for(stream(), 60))
print("binance-sdk-spot: all done")
