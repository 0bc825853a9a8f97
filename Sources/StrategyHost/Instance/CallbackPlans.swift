import CLuaHost
import LuaRuntime

/// The calls of a candle, laid out once so that asking them costs one entry into the interpreter and no allocation.
final class CallbackPlans {
    /// `should_long`, `should_short`, as far as they exist.
    let flat = LuaPlan(capacity: 2)
    @exclusivity(unchecked) private(set) var flatNames: [CallbackName] = []
    /// `should_exit`, on spot `should_short`, then `update_position`; ends at the first yes.
    let open = LuaPlan(capacity: 3)
    @exclusivity(unchecked) private(set) var openNames: [CallbackName] = []
    /// How many names there are: a number costs no reference count on every candle.
    @exclusivity(unchecked) private(set) var flatCount = 0
    @exclusivity(unchecked) private(set) var openCount = 0
    /// One call of each callback, by its index.
    let single = LuaPlan(capacity: CallbackName.allCases.count)

    func lay(receiver: LuaReference, isSpot: Bool, function: (CallbackName) -> LuaReference?) {
        flatNames = []
        for name in [CallbackName.shouldLong, .shouldShort] {
            guard let function = function(name) else { continue }
            flat.set(flatNames.count, function, receiver: receiver, results: 2)
            flatNames.append(name)
        }
        openNames = []
        for name in [CallbackName.shouldExit, .shouldShort, .updatePosition] where isSpot || name != .shouldShort {
            guard let function = function(name) else { continue }
            open.set(
                openNames.count, function, receiver: receiver, results: 2, stopIfTrue: name != .updatePosition)
            openNames.append(name)
        }
        flatCount = flatNames.count
        openCount = openNames.count
        for name in CallbackName.allCases {
            guard let function = function(name) else { continue }
            single.set(name.index, function, receiver: receiver, results: 1)
        }
    }
}
