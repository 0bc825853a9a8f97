import CLuaHost

/// The interpreter that scripts run in.
public enum LuaLibrary {
    /// Its name and release, such as `Lua 5.4.4`.
    public static var release: String {
        ah_lua_release().map { String(cString: $0) } ?? "Lua"
    }
}
