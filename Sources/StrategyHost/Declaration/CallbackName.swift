/// The functions of a strategy that the host calls.
public enum CallbackName: String, Sendable, CaseIterable {
    case initialise = "init"
    case shouldLong = "should_long"
    case shouldShort = "should_short"
    case shouldExit = "should_exit"
    case positionSize = "calculate_position_size"
    case stopLoss = "calculate_stop_loss"
    case takeProfit = "calculate_take_profit"
    case stopPrice = "stop_price"
    case targetPrice = "target_price"
    case updatePosition = "update_position"
    case onCandle = "on_candle"
    case onOrder = "on_order"
    case onFill = "on_fill"
    case onPositionOpened = "on_position_opened"
    case onPositionClosed = "on_position_closed"
    case onStart = "on_start"
    case onStop = "on_stop"
    case onUpgrade = "on_upgrade"

    /// Where references to callbacks lie in an instance's table.
    var index: Int {
        switch self {
        case .initialise: 0
        case .shouldLong: 1
        case .shouldShort: 2
        case .shouldExit: 3
        case .positionSize: 4
        case .stopLoss: 5
        case .takeProfit: 6
        case .stopPrice: 7
        case .targetPrice: 8
        case .updatePosition: 9
        case .onCandle: 10
        case .onOrder: 11
        case .onFill: 12
        case .onPositionOpened: 13
        case .onPositionClosed: 14
        case .onStart: 15
        case .onStop: 16
        case .onUpgrade: 17
        }
    }

    /// The callbacks that `on_candle` replaces.
    static let template: [CallbackName] = [
        .shouldLong, .shouldShort, .shouldExit, .positionSize, .stopLoss, .takeProfit, .stopPrice, .targetPrice,
        .updatePosition,
    ]
}
