import Broker
import Foundation
import Market
import Storage
import Trading
import Wording

@testable import Engine

/// What a process writes down, and what the next one reads.
extension DeskSession {
    mutating func checkWritten(_ request: OrderRequest) {
        guard rows[request.clientID]?.request == request else {
            return problems.append("order \(request.clientID) was sent and not written down")
        }
    }

    mutating func commit(_ output: StrategyOutput, of next: RunningStrategy) -> Bool {
        for request in output.newOrders {
            if rows[request.clientID] != nil { problems.append("order \(request.clientID) was written twice") }
            rows[request.clientID] = Row(request: request)
        }
        for standing in output.standings {
            guard var row = rows[standing.order] else {
                problems.append("a state of \(standing.order), which has no row")
                continue
            }
            if !OrderStep.isAllowed(from: row.state, to: standing.state) {
                problems.append("\(standing.order) cannot go from \(row.state) to \(standing.state)")
            }
            row.state = standing.state
            row.venueID = standing.venueID ?? row.venueID
            rows[standing.order] = row
        }
        for fill in output.fills { book(fill) }
        for known in next.desk.known where !known.isStranger && rows[known.clientID]?.state.name != known.row.name {
            problems.append(
                "\(known.clientID) is \(known.row) to the desk and "
                    + "\(rows[known.clientID].map { "\($0.state)" } ?? "nothing") in its row")
        }
        trades += output.trades
        alerts += output.alerts
        for entry in output.journal { note("  journal \(entry.kind) \(entry.message)") }
        isMemoryStale = isMemoryStale || output.memoryChanged
        // As late as an engine may: what is not written yet is lost in a crash.
        if output.hasToBeWritten, isMemoryStale {
            memory = next.memory
            isMemoryStale = false
        }
        if !output.memoryChanged, !output.newOrders.isEmpty || !output.fills.isEmpty || !output.standings.isEmpty {
            problems.append("rows have changed and the memory has not")
        }
        return problems.isEmpty
    }

    private mutating func book(_ fill: FillReport) {
        guard let id = fill.clientID, var row = rows[id], case .base(let quantity) = row.request.amount else {
            return problems.append("fill \(fill.id) has no order")
        }
        if !bookedFills.insert(fill.id).inserted { problems.append("fill \(fill.id) was booked twice") }
        row.filled += fill.quantity
        if row.filled > quantity { problems.append("\(id) is filled beyond its quantity") }
        if row.filled == quantity {
            row.state = .filled
        } else if row.state == .pendingNew || row.state == .open {
            row.state = .partiallyFilled
        }
        row.venueID = row.venueID ?? fill.venueOrderID
        rows[id] = row
    }

    /// What the next process makes of rows and memory as they are written.
    mutating func heir() -> RunningStrategy {
        let kept = memory.map { memory -> StrategyMemory in
            let data = try! JSONEncoder().encode(memory)
            return try! JSONDecoder().decode(StrategyMemory.self, from: data)
        }
        if let kept, kept != memory { problems.append("the memory is another one once written and read") }
        return RunningStrategy(
            terms, memory: kept,
            orders: rows.values.filter { !$0.isOver }.sorted { $0.request.clientID.text < $1.request.clientID.text }
                .map {
                    KnownOrder(request: $0.request, venueID: $0.venueID, state: $0.state, filledQuantity: $0.filled)
                })
    }

    /// A process that dies from now on leaves one that does not take what is being sent for never sent.
    mutating func checkSurvives(_ action: DeskAction) {
        let known = heir().desk.known
        let names: [ClientOrderID] =
            switch action {
            case .place(let request): [request.clientID]
            case .placePair(let pair): [pair.stopID, pair.targetID]
            case .cancel, .ask, .watch, .unwatch: []
            }
        for name in names {
            let order = known.first { $0.clientID == name }
            if case .held = order?.phase { problems.append("\(name) is sent, and by the memory nothing of it is") }
            if order == nil { problems.append("\(name) is sent and would be forgotten") }
        }
    }
}
