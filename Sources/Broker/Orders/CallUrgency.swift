/// How pressing a call to a broker is; holds for every call that is made inside.
public enum CallUrgency {
    /// The order closes what must not stay open: under a venue's limits it goes before calls that are not urgent, and
    /// may use what those have to leave.
    @TaskLocal public static var isUrgent = false
}
