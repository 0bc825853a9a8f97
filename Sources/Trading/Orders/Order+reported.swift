import Market

extension Order {
    /// The same order with what became of it so far, for whoever rebuilds it from a record or a message.
    ///
    /// - Parameters:
    ///   - filledValue: sum of price x quantity of its fills.
    ///   - revision: how often it was amended.
    public func reported(
        state: OrderState, filledQuantity: Quantity, filledValue: Money, fees: Money, revision: Int
    ) -> Order {
        var order = self
        order.state = state
        order.filledQuantity = filledQuantity
        order.filledValue = filledValue
        order.fees = fees
        order.revision = revision
        return order
    }
}
