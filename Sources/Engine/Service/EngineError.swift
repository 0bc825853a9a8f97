import Wording

/// Why an engine ends by itself.
public enum EngineError: ExplainedError, Hashable {
    /// It could not say that it lives, and others were told that it is dead.
    case declaredDead

    public var message: Message {
        Message(
            "this engine was silent for so long that it was declared dead: start it again",
            fr: "ce moteur est resté silencieux si longtemps qu'il a été déclaré mort : relancez-le")
    }
}
