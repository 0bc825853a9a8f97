// Base functions: protected calls that cannot swallow a stop, vetted metatables, text without addresses.
#include "internal.h"
#include <string.h>

static char private_copy, original;

// MARK: pcall, xpcall

/// After anything that may have caught an error: a stop, or a memory error, goes on upwards.
static void pass_on_stop(lua_State *L, int status) {
    ah_machine *m = ah_of(L);
    if (status == LUA_ERRMEM) ah_kill(m, L, AH_MEMORY);
    if (m->killed) ah_raise_kill(L);
    if (status != LUA_OK && status != LUA_YIELD) m->error.status = AH_OK;
    ah_charge(L, m, 20);
}

static int finish_pcall(lua_State *L, int status, lua_KContext context) {
    (void)context;
    pass_on_stop(L, status);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_pushboolean(L, 0);
        lua_pushvalue(L, -2);
        return 2;
    }
    return lua_gettop(L);
}

static int pcall(lua_State *L) {
    luaL_checkany(L, 1);
    ah_check(L);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    return finish_pcall(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_pcall), 0);
}

/// The handler (index 1) runs after the stack is unwound, as ordinary code under the same budget.
static int finish_xpcall(lua_State *L, int status, lua_KContext context) {
    (void)context;
    pass_on_stop(L, status);
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - 1;
    lua_pushvalue(L, 1);
    lua_insert(L, -2);
    int handled = lua_pcall(L, 1, 1, 0);
    pass_on_stop(L, handled);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

static int xpcall(lua_State *L) {
    int count = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    ah_check(L);
    lua_pushvalue(L, 1);       // f h … f
    lua_pushvalue(L, 2);       // f h … f h
    lua_replace(L, 1);         // h h … f
    lua_pushboolean(L, 1);     // h h … f true
    lua_replace(L, 2);         // h true … f
    lua_insert(L, 3);          // h true f …
    return finish_xpcall(L, lua_pcallk(L, count - 2, LUA_MULTRET, 0, 2, finish_xpcall), 2);
}

// MARK: metatables

static const char *const refused_events[] = {"__gc", "__close", "__mode", "__concat", NULL};

static const char *const known_events[] = {
    "__index", "__newindex", "__call", "__tostring", "__name", "__metatable", "__pairs", "__len", "__eq", "__lt",
    "__le", "__unm", "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__idiv", "__band", "__bor", "__bxor",
    "__shl", "__shr", "__bnot", NULL,
};

static void push_raw_field(lua_State *L, int table, const char *name) {
    lua_pushstring(L, name);
    lua_rawget(L, table);
}

/// Values get a private copy of the metatable a script gives, refreshed at each setmetatable with it:
/// what the script does to its table later cannot bring in an event that was refused.
static int set_metatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    lua_settop(L, 2);
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
        return luaL_error(L, "cannot change a protected metatable");
    }
    if (type == LUA_TNIL) {
        lua_setmetatable(L, 1);
        lua_settop(L, 1);
        return 1;
    }
    if (ah_behind_view(L, 2)) return luaL_error(L, "setmetatable: a read-only table cannot be a metatable");
    for (int i = 0; refused_events[i]; i++) {
        push_raw_field(L, 2, refused_events[i]);
        if (!lua_isnil(L, -1)) return luaL_error(L, "setmetatable: '%s' is not available here", refused_events[i]);
        lua_pop(L, 1);
    }
    push_raw_field(L, 2, "__call");
    if (!lua_isnil(L, -1) && !lua_isfunction(L, -1)) {
        return luaL_error(L, "setmetatable: '__call' must be a function, not a %s", luaL_typename(L, -1));
    }
    lua_pop(L, 1);
    ah_charge(L, ah_of(L), 30);
    if (lua_rawgetp(L, 2, &private_copy) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 4);
        lua_pushvalue(L, 2);
        lua_rawsetp(L, 3, &original);
        lua_pushvalue(L, 3);
        lua_rawsetp(L, 2, &private_copy);
    }
    for (int i = 0; known_events[i]; i++) {
        lua_pushstring(L, known_events[i]);
        lua_pushvalue(L, -1);
        lua_rawget(L, 2);
        if (lua_isnil(L, -1)) {
            // Storing nil under a new key would only make room for it.
            lua_pushvalue(L, -2);
            if (lua_rawget(L, 3) == LUA_TNIL) {
                lua_settop(L, 3);
                continue;
            }
            lua_pop(L, 1);
        }
        lua_rawset(L, 3);
    }
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

static int get_metatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (!lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    int metatable = lua_gettop(L);
    push_raw_field(L, metatable, "__metatable");
    if (!lua_isnil(L, -1)) return 1;
    if (lua_rawgetp(L, metatable, &original) == LUA_TTABLE) return 1;
    lua_pushboolean(L, 0);
    return 1;
}

// MARK: frozen views

static char view_mark;

static int refuse_write(lua_State *L) { return luaL_error(L, "this table is read-only"); }

static int view_length(lua_State *L) {
    if (ah_behind_view(L, 1)) lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    return 1;
}

bool ah_behind_view(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (!lua_getmetatable(L, index)) return false;
    if (lua_rawgetp(L, -1, &view_mark) == LUA_TTABLE) {
        lua_remove(L, -2);
        return true;
    }
    lua_pop(L, 2);
    return false;
}

void ah_check_writable(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return;
    bool view = lua_rawgetp(L, -1, &view_mark) == LUA_TTABLE;
    lua_pop(L, 2);
    if (view) refuse_write(L);
}

void ah_push_view(lua_State *L, int index) {
    index = lua_absindex(L, index);
    lua_createtable(L, 0, 0);
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, &view_mark);
    lua_pushvalue(L, index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, view_length);
    lua_setfield(L, -2, "__len");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static int raw_set(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    ah_check_writable(L, 1);
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 1;
}

// MARK: text

const char *ah_tostring(lua_State *L, int index, size_t *length) {
    index = lua_absindex(L, index);
    if (luaL_callmeta(L, index, "__tostring")) {
        if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
        return lua_tolstring(L, -1, length);
    }
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
    case LUA_TNUMBER: lua_pushvalue(L, index); break;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false"); break;
    case LUA_TNIL: lua_pushliteral(L, "nil"); break;
    default:
        switch (luaL_getmetafield(L, index, "__name")) {
        case LUA_TSTRING: return lua_tolstring(L, -1, length);
        case LUA_TNIL: break;
        default: lua_pop(L, 1);
        }
        lua_pushstring(L, luaL_typename(L, index));
    }
    return lua_tolstring(L, -1, length);
}

static int to_string(lua_State *L) {
    luaL_checkany(L, 1);
    ah_tostring(L, 1, NULL);
    return 1;
}

static int print(lua_State *L) {
    ah_machine *m = ah_of(L);
    int count = lua_gettop(L);
    luaL_Buffer buffer;
    lua_createtable(L, count, 0);
    for (int i = 1; i <= count; i++) {
        ah_tostring(L, i, NULL);
        lua_rawseti(L, count + 1, i);
    }
    luaL_buffinit(L, &buffer);
    for (int i = 1; i <= count; i++) {
        if (i > 1) luaL_addchar(&buffer, '\t');
        lua_rawgeti(L, count + 1, i);
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    ah_charge(L, m, 100 + (int64_t)(length >> 4));
    if (ah_admit_output(m, length) && m->output) {
        m->inside_host = true;
        m->output(m->output_context, 0, text, length);
        m->inside_host = false;
    }
    return 0;
}

// MARK: opening

static int stock_ipairs(lua_State *L) {
    if (lua_type(L, 1) == LUA_TUSERDATA) return luaL_error(L, "ipairs: a table expected, got a userdata");
    return ah_of(L)->stock[0](L);
}

static const char *const kept[] = {
    "assert", "error", "select", "type", "rawequal", "rawget", "rawlen", "tonumber", "_VERSION", NULL,
};

static const luaL_Reg own[] = {
    {"pcall", pcall}, {"xpcall", xpcall}, {"rawset", raw_set}, {"tostring", to_string}, {"print", print},
    {"pairs", ah_pairs}, {"next", ah_next}, {"ipairs", stock_ipairs}, {"require", ah_require},
    {NULL, NULL},
};

void ah_open_base(lua_State *L, int globals) {
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 1);
    int stock = lua_gettop(L);
    for (int i = 0; kept[i]; i++) {
        lua_getfield(L, stock, kept[i]);
        lua_setfield(L, globals, kept[i]);
    }
    lua_getfield(L, stock, "ipairs");
    ah_of(L)->stock[0] = lua_tocfunction(L, -1);
    lua_settop(L, stock - 1);
    lua_pushvalue(L, globals);
    luaL_setfuncs(L, own, 0);
    lua_pop(L, 1);
}

void ah_open_metatables(lua_State *L, int globals) {
    lua_pushcfunction(L, set_metatable);
    lua_setfield(L, globals, "setmetatable");
    lua_pushcfunction(L, get_metatable);
    lua_setfield(L, globals, "getmetatable");
}
