/// The notifications that join the processes.
public enum StoreChannel {
    /// Candles were closed: the number of the newest signal.
    public static let signals = "aristobot_signals"
    /// Active strategies, commands or brokers changed: the number of the broker.
    public static let roster = "aristobot_roster"
    /// What the cockpit shows as it happens, JSON.
    public static let live = "aristobot_live"
    /// Bytes of a payload; PostgreSQL takes 7,999.
    public static let longestPayload = 7900
}
