import StrategyHost
import Wording

/// What a worker process answers.
enum WorkerReply: WireValue {
    /// It is ready, behind these walls.
    case ready(WorkerWalls)
    case done
    case refused([Diagnostic])
    case invalid(Message)
    case declared(StrategyDeclaration)
    case checked([Diagnostic])
    case loaded(InstanceLoaded)
    case stopped(Decision)
    /// The next answers of a batch, in the order of its items.
    case answers([DecisionAnswer])

    func write(to writer: inout WireWriter) {
        switch self {
        case .ready(let walls):
            writer.byte(0)
            writer.unsigned(UInt64(walls.rawValue))
        case .done: writer.byte(1)
        case .refused(let findings):
            writer.byte(2)
            writer.values(findings)
        case .invalid(let message):
            writer.byte(3)
            writer.value(message)
        case .declared(let declaration):
            writer.byte(4)
            writer.value(declaration)
        case .checked(let findings):
            writer.byte(5)
            writer.values(findings)
        case .loaded(let loaded):
            writer.byte(6)
            writer.value(loaded)
        case .stopped(let decision):
            writer.byte(7)
            writer.value(decision)
        case .answers(let answers):
            writer.byte(Self.answersKind)
            writer.values(answers)
        }
    }

    /// The first byte of a chunk of answers, which the worker writes piece by piece.
    static let answersKind: UInt8 = 8

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0:
            let walls = try reader.unsigned()
            guard walls <= UInt64(UInt32.max) else { throw .wrong("walls", at: reader.place) }
            self = .ready(WorkerWalls(rawValue: UInt32(walls)).intersection(.all))
        case 1: self = .done
        case 2:
            let findings: [Diagnostic] = try reader.values("findings", most: WireBounds.findings)
            guard findings.contains(where: { $0.severity == .error }) else {
                throw .wrong("error among the findings", at: reader.place)
            }
            self = .refused(findings)
        case 3: self = .invalid(try reader.cleanMessage())
        case 4: self = .declared(try reader.value())
        case 5: self = .checked(try reader.values("findings", most: WireBounds.findings))
        case 6: self = .loaded(try reader.value())
        case 7: self = .stopped(try reader.value())
        case Self.answersKind: self = .answers(try reader.values("answers", most: WireBounds.itemsOfChunk))
        default: throw .wrong("reply", at: reader.place)
        }
    }
}
