import Wording

/// What a dry run remembers besides errors: answers that cannot be traded.
struct Rehearsal {
    private(set) var notes: [(callback: CallbackName, message: Message)] = []

    /// Each callback once.
    mutating func note(_ callback: CallbackName, _ message: Message) {
        if !notes.contains(where: { $0.callback == callback }) { notes.append((callback, message)) }
    }
}
