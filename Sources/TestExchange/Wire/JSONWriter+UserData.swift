import Market

/// The events of user data streams.
extension JSONWriter {
    mutating func event(execution report: ExecutionReport, symbol: String, at time: Timestamp) {
        let order = report.order
        object { writer in
            writer.field("e", "executionReport")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.field("c", report.clientOrderID)
            writer.field("S", order.side.wireName)
            writer.field("o", order.kind.rawValue)
            writer.field("f", order.timeInForce.rawValue)
            writer.field("q", order.quantity)
            writer.field("p", order.price)
            writer.field("P", order.stopPrice)
            writer.field("F", order.icebergQuantity)
            writer.field("g", list: order.listID)
            writer.field("C", report.originalClientOrderID)
            writer.field("x", report.kind.rawValue)
            writer.field("X", order.status.rawValue)
            writer.field("r", report.rejectReason)
            writer.field("i", order.id.rawValue)
            writer.field("l", report.fill?.quantity ?? .zero)
            writer.field("z", order.executedQuantity)
            writer.field("L", report.fill?.price ?? report.prevention?.price ?? .zero)
            writer.field("n", report.fill?.commission ?? .zero)
            if let fill = report.fill { writer.field("N", fill.commissionAsset.name) } else { writer.nullField("N") }
            writer.field("T", report.transactTime)
            writer.field("t", report.fill?.tradeID.rawValue ?? -1)
            writer.field("I", report.executionID)
            writer.field("w", report.isOnBook)
            writer.field("m", report.isMaker)
            writer.field("M", report.fill != nil)
            writer.field("O", order.time)
            writer.field("Z", order.executedQuote)
            writer.field("Y", report.lastQuote)
            writer.field("Q", order.quoteOrderQuantity)
            if let time = order.workingTime { writer.field("W", time) }
            writer.field("V", order.selfTradePrevention.rawValue)
            writer.conditionalExecutionFields(report)
        }
    }

    private mutating func conditionalExecutionFields(_ report: ExecutionReport) {
        let order = report.order
        if let delta = order.trailingDelta { field("d", delta) }
        if let time = order.trailingTime { field("D", time) }
        if let id = order.strategyID { field("j", id) }
        if let type = order.strategyType { field("J", type) }
        if let prevention = report.prevention {
            field("v", prevention.matchID)
            field("A", order.preventedQuantity)
            field("B", prevention.lastQuantity)
            field("u", prevention.matchID)
            field("U", prevention.counterOrderID.rawValue)
        }
        if let reason = order.expiryReason { field("eR", reason.rawValue) }
    }

    mutating func event(position: AccountPosition, at time: Timestamp) {
        object { writer in
            writer.field("e", "outboundAccountPosition")
            writer.field("E", time)
            writer.field("u", position.time)
            writer.array("B") { writer in
                for balance in position.balances {
                    writer.object { writer in
                        writer.field("a", balance.asset.name)
                        writer.field("f", balance.free)
                        writer.field("l", balance.locked)
                    }
                }
            }
        }
    }

    mutating func event(balance update: BalanceUpdate, at time: Timestamp) {
        object { writer in
            writer.field("e", "balanceUpdate")
            writer.field("E", time)
            writer.field("a", update.asset.name)
            writer.field("d", update.delta)
            writer.field("T", update.time)
        }
    }

    mutating func event(list: OrderListState, symbol: String, at time: Timestamp) {
        object { writer in
            writer.field("e", "listStatus")
            writer.field("E", time)
            writer.field("s", symbol)
            writer.field("g", list.id.rawValue)
            writer.field("c", list.contingency.rawValue)
            writer.field("l", list.progress.rawValue)
            writer.field("L", list.status.rawValue)
            writer.field("r", "NONE")
            writer.field("C", list.clientOrderID)
            writer.field("T", list.updateTime)
            writer.array("O") { writer in
                for member in list.members {
                    writer.object { writer in
                        writer.field("s", symbol)
                        writer.field("i", member.orderID.rawValue)
                        writer.field("c", member.clientOrderID)
                    }
                }
            }
        }
    }
}
