import Market

/// Setting funds aside for orders and giving them back.
extension ExchangeCore {
    /// The asset that an order gives.
    func givenAsset(_ order: LiveOrder, _ market: MarketRecord) -> Asset {
        order.state.side == .buy ? market.definition.quote : market.definition.base
    }

    func setAside(_ amount: FixedDecimal, for order: LiveOrder, _ market: MarketRecord) {
        move(amount, givenAsset(order, market), order.owner)
        order.lock += amount
    }

    /// Brings what is set aside for an order to an amount, from the free balance or back to it.
    func setLock(_ amount: FixedDecimal, of order: LiveOrder, _ market: MarketRecord) {
        guard amount != order.lock else { return }
        move(amount - order.lock, givenAsset(order, market), order.owner)
        order.lock = amount
    }

    /// Moves an amount from free to locked, or back where it is negative.
    func move(_ amount: FixedDecimal, _ asset: Asset, _ account: AccountRecord) {
        guard !amount.isZero else { return }
        account.change(asset, free: -amount, locked: amount)
        touch(account)
    }

    /// What the open part of an order must have set aside while it waits or rests.
    func restingLock(_ order: LiveOrder, _ market: MarketRecord) -> FixedDecimal {
        guard order.state.side == .buy else { return market.quantity(order.openLots) }
        guard let price = order.limitTicks ?? order.stopTicks else { return order.lock }
        return market.value(Int128(price) * Int128(order.openLots), rounding: .up)
    }
}
