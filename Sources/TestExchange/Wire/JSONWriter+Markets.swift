import Market

/// Markets, filters and limits as exchangeInfo writes them.
extension JSONWriter {
    mutating func rateLimits(_ limits: VenueLimits) {
        array("rateLimits") { writer in
            writer.rateLimit("REQUEST_WEIGHT", "MINUTE", 1, limits.weightPerMinute)
            writer.rateLimit("ORDERS", "SECOND", 10, limits.ordersPerTenSeconds)
            writer.rateLimit("ORDERS", "DAY", 1, limits.ordersPerDay)
            writer.rateLimit("RAW_REQUESTS", "MINUTE", 5, limits.requestsPerFiveMinutes)
        }
    }

    mutating func rateLimit(
        _ kind: String, _ interval: String, _ number: Int, _ limit: Int, used count: Int? = nil
    ) {
        object { writer in
            writer.field("rateLimitType", kind)
            writer.field("interval", interval)
            writer.field("intervalNum", number)
            writer.field("limit", limit)
            if let count { writer.field("count", count) }
        }
    }

    mutating func market(_ market: MarketDefinition, showsPermissionSets: Bool) {
        object { writer in
            writer.field("symbol", market.name)
            writer.field("status", market.status.rawValue)
            writer.field("baseAsset", market.base.name)
            writer.field("baseAssetPrecision", market.basePrecision)
            writer.field("quoteAsset", market.quote.name)
            writer.field("quotePrecision", market.quotePrecision)
            writer.field("quoteAssetPrecision", market.quotePrecision)
            writer.field("baseCommissionPrecision", market.basePrecision)
            writer.field("quoteCommissionPrecision", market.quotePrecision)
            writer.array("orderTypes") { writer in
                for kind in OrderKind.allCases where market.orderKinds.contains(kind) { writer.value(kind.rawValue) }
            }
            writer.field("icebergAllowed", market.allowsIceberg)
            writer.field("ocoAllowed", market.allowsOCO)
            writer.field("otoAllowed", market.allowsOTO)
            writer.field("opoAllowed", false)
            writer.field("quoteOrderQtyMarketAllowed", market.allowsQuoteQuantity)
            writer.field("allowTrailingStop", market.allowsTrailingStop)
            writer.field("cancelReplaceAllowed", market.allowsCancelReplace)
            writer.field("amendAllowed", market.allowsAmend)
            writer.field("pegInstructionsAllowed", false)
            writer.field("isSpotTradingAllowed", true)
            writer.field("isMarginTradingAllowed", false)
            writer.array("filters") { writer in
                for filter in market.filters { writer.filter(filter) }
            }
            writer.array("permissions") { _ in }
            if showsPermissionSets {
                writer.array("permissionSets") { $0.array { $0.value("SPOT") } }
            }
            writer.field("defaultSelfTradePreventionMode", market.defaultSelfTradePrevention.rawValue)
            writer.array("allowedSelfTradePreventionModes") { writer in
                for mode in SelfTradePrevention.allCases where market.allowedSelfTradePrevention.contains(mode) {
                    writer.value(mode.rawValue)
                }
            }
        }
    }

    mutating func exchangeFilter(_ filter: ExchangeFilter) {
        object { writer in
            writer.field("filterType", filter.name)
            switch filter {
            case .maximumOrders(let most): writer.field("maxNumOrders", most)
            case .maximumAlgoOrders(let most): writer.field("maxNumAlgoOrders", most)
            case .maximumIcebergOrders(let most): writer.field("maxNumIcebergOrders", most)
            case .maximumOrderLists(let most): writer.field("maxNumOrderLists", most)
            }
        }
    }

    mutating func filter(_ filter: SymbolFilter) {
        object { writer in
            writer.field("filterType", filter.name)
            writer.bounds(of: filter)
        }
    }

    private mutating func bounds(of filter: SymbolFilter) {
        switch filter {
        case .price(let minimum, let maximum, let tick):
            field("minPrice", minimum)
            field("maxPrice", maximum)
            field("tickSize", tick)
        case .lotSize(let minimum, let maximum, let step), .marketLotSize(let minimum, let maximum, let step):
            field("minQty", minimum)
            field("maxQty", maximum)
            field("stepSize", step)
        case .minimumNotional(let minimum, let appliesToMarket, let minutes):
            field("minNotional", minimum)
            field("applyToMarket", appliesToMarket)
            field("avgPriceMins", minutes)
        case .notional(let minimum, let minimumToMarket, let maximum, let maximumToMarket, let minutes):
            field("minNotional", minimum)
            field("applyMinToMarket", minimumToMarket)
            field("maxNotional", maximum)
            field("applyMaxToMarket", maximumToMarket)
            field("avgPriceMins", minutes)
        case .percentPrice(let up, let down, let minutes):
            field("multiplierUp", up)
            field("multiplierDown", down)
            field("avgPriceMins", minutes)
        case .percentPriceBySide(let bidUp, let bidDown, let askUp, let askDown, let minutes):
            field("bidMultiplierUp", bidUp)
            field("bidMultiplierDown", bidDown)
            field("askMultiplierUp", askUp)
            field("askMultiplierDown", askDown)
            field("avgPriceMins", minutes)
        case .icebergParts(let most): field("limit", most)
        case .maximumOrders(let most): field("maxNumOrders", most)
        case .maximumAlgoOrders(let most): field("maxNumAlgoOrders", most)
        case .maximumIcebergOrders(let most): field("maxNumIcebergOrders", most)
        case .maximumOrderLists(let most): field("maxNumOrderLists", most)
        case .maximumAmendments(let most): field("maxNumOrderAmends", most)
        case .maximumPosition(let most): field("maxPosition", most)
        case .trailingDelta(let minimumAbove, let maximumAbove, let minimumBelow, let maximumBelow):
            field("minTrailingAboveDelta", minimumAbove)
            field("maxTrailingAboveDelta", maximumAbove)
            field("minTrailingBelowDelta", minimumBelow)
            field("maxTrailingBelowDelta", maximumBelow)
        }
    }
}
