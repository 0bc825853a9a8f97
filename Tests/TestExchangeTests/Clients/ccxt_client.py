"""Trades on a test exchange with ccxt and its streams: ccxt_client.py REST STREAMS SOCKET_API KEY SECRET."""

import asyncio
import sys

import ccxt.pro


async def within(seconds, awaitable):
    return await asyncio.wait_for(awaitable, seconds)


def make(rest, streams, socket_api, key, secret):
    exchange = ccxt.pro.binance({
        "apiKey": key,
        "secret": secret,
        "options": {"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
    })
    for name in ("public", "private"):
        exchange.urls["api"][name] = rest + "/api/v3"
    exchange.urls["api"]["sapi"] = rest + "/sapi/v1"
    exchange.urls["api"]["ws"]["spot"] = streams + "/ws"
    exchange.urls["api"]["ws"]["ws-api"]["spot"] = socket_api
    return exchange


async def trade(exchange):
    markets = await exchange.load_markets()
    assert markets["BTC/USDT"]["precision"]["price"] == 0.01, markets["BTC/USDT"]["precision"]
    assert "ETH/BTC" in markets
    candles = await exchange.fetch_ohlcv("BTC/USDT", "1m", limit=50)
    assert len(candles) == 50 and all(len(row) == 6 for row in candles), candles
    assert candles[1][0] - candles[0][0] == 60_000
    ticker = await exchange.fetch_ticker("BTC/USDT")
    assert ticker["bid"] < ticker["ask"], ticker
    book = await exchange.fetch_order_book("BTC/USDT", 5)
    assert len(book["bids"]) == 5
    before = await exchange.fetch_balance()
    assert before["BTC"]["free"] == 10, before["BTC"]

    price = exchange.price_to_precision("BTC/USDT", ticker["bid"] * 0.9)
    order = await exchange.create_order("BTC/USDT", "limit", "buy", 0.01, float(price))
    assert order["status"] == "open", order
    same = await exchange.fetch_order(order["id"], "BTC/USDT")
    assert same["price"] == float(price) and same["remaining"] == 0.01, same
    assert [one["id"] for one in await exchange.fetch_open_orders("BTC/USDT")] == [order["id"]]
    canceled = await exchange.cancel_order(order["id"], "BTC/USDT")
    assert canceled["status"] == "canceled", canceled

    bought = await exchange.create_order("BTC/USDT", "market", "buy", 0.02)
    assert bought["status"] == "closed" and bought["filled"] == 0.02, bought
    trades = await exchange.fetch_my_trades("BTC/USDT")
    assert sum(one["amount"] for one in trades) == 0.02, trades
    after = await exchange.fetch_balance()
    assert 10 < after["BTC"]["total"] < 10.02, after["BTC"]
    stop = await exchange.create_order(
        "BTC/USDT", "limit", "sell", 0.01, float(price), {"stopLossPrice": float(price)})
    assert stop["info"]["type"] == "STOP_LOSS_LIMIT", stop
    await exchange.cancel_all_orders("BTC/USDT")
    assert await exchange.fetch_open_orders("BTC/USDT") == []
    try:
        await exchange.create_order("BTC/USDT", "limit", "buy", 100, float(price))
        raise AssertionError("an order without the money for it was taken")
    except ccxt.InsufficientFunds:
        pass
    return price


async def stream(exchange, price):
    candles = await within(10, exchange.watch_ohlcv("BTC/USDT", "1m"))
    assert candles[-1][4] > 0, candles
    book = await within(10, exchange.watch_order_book("BTC/USDT"))
    assert book["bids"][0][0] < book["asks"][0][0], book
    orders = asyncio.ensure_future(exchange.watch_orders("BTC/USDT"))
    trades = asyncio.ensure_future(exchange.watch_trades("BTC/USDT"))
    # A stream is open once its first message has come; until then orders are placed again.
    for _ in range(40):
        await exchange.create_order("BTC/USDT", "market", "buy", 0.001)
        done, _ = await asyncio.wait([orders, trades], timeout=0.25, return_when=asyncio.ALL_COMPLETED)
        if len(done) == 2:
            break
    seen = await within(1, trades)
    assert any(one["price"] > float(price) for one in seen), seen
    own = await within(1, orders)
    assert own[-1]["symbol"] == "BTC/USDT", own
    balance = asyncio.ensure_future(exchange.watch_balance())
    await asyncio.sleep(0)
    for _ in range(40):
        placed = await exchange.create_order_ws("BTC/USDT", "limit", "buy", 0.001, float(price))
        await exchange.cancel_order_ws(placed["id"], "BTC/USDT")
        done, _ = await asyncio.wait([balance], timeout=0.25)
        if done:
            break
    assert (await within(1, balance))["USDT"]["free"] > 0


async def main():
    exchange = make(*sys.argv[1:6])
    try:
        price = await trade(exchange)
        await stream(exchange, price)
    finally:
        await exchange.close()
    print("ccxt: all done")


asyncio.run(within(90, main()))
