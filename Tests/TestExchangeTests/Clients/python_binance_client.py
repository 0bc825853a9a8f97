"""Trades on a test exchange with python-binance: python_binance_client.py REST STREAMS SOCKET_API KEY SECRET."""

import asyncio
import sys

from binance import AsyncClient, BinanceSocketManager, Client
from binance.exceptions import BinanceAPIException

REST, STREAMS, SOCKET_API, KEY, SECRET = sys.argv[1:6]


def trade():
    Client.API_URL = REST + "/api"
    client = Client(KEY, SECRET)
    info = client.get_exchange_info()
    assert "BTCUSDT" in [market["symbol"] for market in info["symbols"]]
    assert client.get_symbol_info("BTCUSDT")["filters"][0]["filterType"] == "PRICE_FILTER"
    candles = client.get_klines(symbol="BTCUSDT", interval="1m", limit=20)
    assert len(candles) == 20 and len(candles[0]) == 12, candles
    history = client.get_historical_klines("BTCUSDT", "1m", "30 minutes ago UTC")
    assert len(history) >= 29, len(history)
    price = float(client.get_symbol_ticker(symbol="BTCUSDT")["price"])
    assert client.get_order_book(symbol="BTCUSDT", limit=5)["bids"]
    assert client.get_asset_balance("BTC")["free"] == "10.00000000"

    low = f"{price * 0.9:.2f}"
    order = client.order_limit_buy(symbol="BTCUSDT", quantity="0.01", price=low)
    assert order["status"] == "NEW", order
    assert client.get_order(symbol="BTCUSDT", orderId=order["orderId"])["price"] == f"{float(low):.8f}"
    assert [one["orderId"] for one in client.get_open_orders(symbol="BTCUSDT")] == [order["orderId"]]
    canceled = client.cancel_order(symbol="BTCUSDT", orderId=order["orderId"])
    assert canceled["status"] == "CANCELED", canceled
    client.create_test_order(symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.01", price=low)
    bought = client.order_market_buy(symbol="BTCUSDT", quantity="0.02")
    assert bought["status"] == "FILLED" and bought["fills"], bought
    spent = client.order_market_buy(symbol="BTCUSDT", quoteOrderQty="100")
    assert spent["status"] == "FILLED", spent
    assert len(client.get_my_trades(symbol="BTCUSDT")) >= 2
    assert len(client.get_all_orders(symbol="BTCUSDT")) == 3
    pair = client.create_oco_order(
        symbol="BTCUSDT", side="SELL", quantity="0.01", aboveType="LIMIT_MAKER", abovePrice=f"{price * 1.1:.2f}",
        belowType="STOP_LOSS_LIMIT", belowStopPrice=low, belowPrice=low, belowTimeInForce="GTC")
    assert pair["contingencyType"] == "OCO" and len(pair["orderReports"]) == 2, pair
    assert len(client.cancel_all_open_orders(symbol="BTCUSDT")) == 1
    try:
        client.order_limit_buy(symbol="BTCUSDT", quantity="100", price=low)
        raise AssertionError("an order without the money for it was taken")
    except BinanceAPIException as error:
        assert error.code == -2010, error
    try:
        Client("wrong", SECRET).get_account()
        raise AssertionError("a wrong key was taken")
    except BinanceAPIException as error:
        assert error.code == -2015, error


async def stream():
    AsyncClient.API_URL = REST + "/api"
    AsyncClient.WS_API_URL = SOCKET_API
    BinanceSocketManager.STREAM_URL = STREAMS + "/"
    client = await AsyncClient.create(KEY, SECRET)
    sockets = BinanceSocketManager(client)
    try:
        async with sockets.trade_socket("BTCUSDT") as trades, sockets.user_socket() as user:
            await client.order_market_buy(symbol="BTCUSDT", quantity="0.001")
            trade = await asyncio.wait_for(trades.recv(), 10)
            assert trade["e"] == "trade" and trade["s"] == "BTCUSDT", trade
            kinds = set()
            while kinds < {"executionReport", "outboundAccountPosition"}:
                event = await asyncio.wait_for(user.recv(), 10)
                kinds.add(event["e"])
        async with sockets.multiplex_socket(["btcusdt@kline_1m", "btcusdt@bookTicker"]) as several:
            message = await asyncio.wait_for(several.recv(), 10)
            assert message["stream"].startswith("btcusdt@"), message
        async with sockets.depth_socket("BTCUSDT", depth="5") as depth:
            book = await asyncio.wait_for(depth.recv(), 10)
            assert len(book["bids"]) == 5, book
        placed = await client.ws_create_order(
            symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.01", price="15000.00")
        canceled = await client.ws_cancel_order(symbol="BTCUSDT", orderId=placed["orderId"])
        assert canceled["status"] == "CANCELED", canceled
    finally:
        await client.close_connection()


trade()
asyncio.run(asyncio.wait_for(stream(), 60))
print("python-binance: all done")
