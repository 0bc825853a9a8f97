// Series: columns of the host read from the newest backwards, and the crossings computed over them.
#include "internal.h"
#include <math.h>

/// The layout that all userdata share: tag, padding, pointer to the host's object.
typedef struct {
    uint32_t tag;
    uint32_t padding;
    const ah_series *series;
} series_box;

typedef struct {
    uint32_t tag;
    uint32_t count;
    const ah_bundle *bundle;
    const char *names[];  ///< interned strings kept alive by the user value: equal names are equal pointers
} bundle_box;

typedef struct {
    uint32_t tag;
    uint32_t padding;
    const bundle_box *box;
    int64_t row;
} row_box;

static inline double element(const ah_series *s, int64_t back) {
    int64_t count = s->clock->count;
    if (back >= count || back >= s->depth) return NAN;
    uint64_t at = (uint64_t)(count - 1 - back) & s->mask;
    return s->element == AH_F64 ? ((const double *)s->base)[at] : (double)((const int64_t *)s->base)[at];
}

/// Pushes element `back`; integers stay integers.
static int push_element(lua_State *L, const ah_series *s, int64_t back) {
    if (s->element == AH_I64 && back < s->clock->count && back < s->depth) {
        lua_pushinteger(L, ((const int64_t *)s->base)[(uint64_t)(s->clock->count - 1 - back) & s->mask]);
    } else {
        lua_pushnumber(L, element(s, back));
    }
    return 1;
}

static int bad_index(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TNUMBER) {
        return luaL_error(L, "a series is indexed by whole numbers from 0 (the newest), not by a %s",
            luaL_typename(L, index));
    }
    if (lua_isinteger(L, index)) {
        return luaL_error(L, "a series is indexed by whole numbers from 0 (the newest), not by %I",
            (LUAI_UACINT)lua_tointeger(L, index));
    }
    return luaL_error(L, "a series is indexed by whole numbers from 0 (the newest), not by %f", lua_tonumber(L, index));
}

static int64_t back_at(lua_State *L, int index) {
    int exact;
    if (lua_type(L, index) != LUA_TNUMBER) return bad_index(L, index);
    lua_Integer back = lua_tointegerx(L, index, &exact);
    if (!exact || back < 0) return bad_index(L, index);
    return back;
}

static int series_index(lua_State *L) {
    const series_box *box = lua_touserdata(L, 1);
    if (box == NULL || box->tag != AH_TAG_SERIES) return luaL_error(L, "a series expected");
    return push_element(L, box->series, back_at(L, 2));
}

static int series_length(lua_State *L) {
    const series_box *box = lua_touserdata(L, 1);
    lua_pushinteger(L, box->tag == AH_TAG_SERIES ? box->series->clock->count : 0);
    return 1;
}

static int series_call(lua_State *L) {
    const series_box *box = lua_touserdata(L, 1);
    if (box == NULL || box->tag != AH_TAG_SERIES || box->series->call == 0) {
        return luaL_error(L, "attempt to call a series; its elements are read with [ ]");
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, box->series->call);
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int refuse_write(lua_State *L) { return luaL_error(L, "a series is read-only"); }

static int push_name(lua_State *L, const char *name) {
    lua_pushstring(L, name);
    return 1;
}

static int series_text(lua_State *L) { return push_name(L, "series"); }

// MARK: crossings

/// The two newest values of an operand: a series, a record with a main value, or a number.
static bool operand(lua_State *L, int index, double *now, double *before) {
    const series_box *box = lua_touserdata(L, index);
    if (box != NULL) {
        if (box->tag == AH_TAG_SERIES) {
            *now = element(box->series, 0);
            *before = element(box->series, 1);
            return true;
        }
        const ah_record *record = (const ah_record *)(const void *)box->series;
        if (box->tag == AH_TAG_RECORD && record->value) {
            *now = *before = *record->value;
            return true;
        }
        return false;
    }
    if (lua_type(L, index) != LUA_TNUMBER) return false;
    *now = *before = lua_tonumber(L, index);
    return true;
}

static void operands(lua_State *L, double *a0, double *a1, double *b0, double *b1) {
    if (!operand(L, 1, a0, a1)) luaL_typeerror(L, 1, "series or number");
    if (!operand(L, 2, b0, b1)) luaL_typeerror(L, 2, "series or number");
}

/// a[1] <= b[1] and a[0] > b[0]; NaN anywhere makes it false.
int ah_crossover(lua_State *L) {
    double a0, a1, b0, b1;
    operands(L, &a0, &a1, &b0, &b1);
    lua_pushboolean(L, a1 <= b1 && a0 > b0);
    return 1;
}

int ah_crossunder(lua_State *L) {
    double a0, a1, b0, b1;
    operands(L, &a0, &a1, &b0, &b1);
    lua_pushboolean(L, a1 >= b1 && a0 < b0);
    return 1;
}

// MARK: bundles and their rows

void ah_push_series(lua_State *L, const ah_series *series) {
    series_box *box = lua_newuserdatauv(L, sizeof *box, 0);
    box->tag = AH_TAG_SERIES;
    box->series = series;
    lua_rawgeti(L, LUA_REGISTRYINDEX, AH_REG_SERIES);
    lua_setmetatable(L, -2);
}

/// Position of the name at index among the box's, -1 when unknown. Names are short, so Lua interns them.
static int position(lua_State *L, const bundle_box *box, int index) {
    if (lua_type(L, index) != LUA_TSTRING) return -1;
    const char *name = lua_tostring(L, index);
    for (uint32_t i = 0; i < box->count; i++) {
        if (box->names[i] == name) return (int)i;
    }
    return -1;
}

static int unknown_name(lua_State *L, const bundle_box *box, int index) {
    if (lua_type(L, index) == LUA_TSTRING) {
        return luaL_error(L, "%s has no '%s'", box->bundle->name, lua_tostring(L, index));
    }
    return luaL_error(L, "%s is read by name or by a whole number from 0 (the newest), not by a %s",
        box->bundle->name, luaL_typename(L, index));
}

static int bundle_index(lua_State *L) {
    const bundle_box *box = lua_touserdata(L, 1);
    if (box == NULL || box->tag != AH_TAG_BUNDLE) return luaL_error(L, "a named group of series expected");
    int at = position(L, box, 2);
    if (at >= 0) {
        // User value 1 holds the names and, behind them, the values.
        lua_getiuservalue(L, 1, 1);
        lua_rawgeti(L, -1, (lua_Integer)box->count + at + 1);
        return 1;
    }
    if (lua_type(L, 2) != LUA_TNUMBER) return unknown_name(L, box, 2);
    int64_t back = back_at(L, 2);
    row_box *row = lua_newuserdatauv(L, sizeof *row, 1);
    row->tag = AH_TAG_ROW;
    row->box = box;
    row->row = box->bundle->clock->count - 1 - back;
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, AH_REG_ROW);
    lua_setmetatable(L, -2);
    return 1;
}

static int bundle_length(lua_State *L) {
    const bundle_box *box = lua_touserdata(L, 1);
    lua_pushinteger(L, box->tag == AH_TAG_BUNDLE ? box->bundle->clock->count : 0);
    return 1;
}

static int bundle_text(lua_State *L) {
    const bundle_box *box = lua_touserdata(L, 1);
    return push_name(L, box->tag == AH_TAG_BUNDLE ? box->bundle->name : "row");
}

/// A row keeps its candle while time goes on; once it is past the history it reads NaN.
static int row_index(lua_State *L) {
    const row_box *row = lua_touserdata(L, 1);
    if (row == NULL || row->tag != AH_TAG_ROW) return luaL_error(L, "a row expected");
    int at = position(L, row->box, 2);
    if (at < 0) return unknown_name(L, row->box, 2);
    const ah_series *series = row->box->bundle->columns[at].series;
    if (series == NULL) return unknown_name(L, row->box, 2);
    if (row->row < 0) {
        lua_pushnumber(L, NAN);
        return 1;
    }
    return push_element(L, series, row->box->bundle->clock->count - 1 - row->row);
}

// MARK: creation

typedef struct {
    ah_machine *m;
    const void *host;
    ah_ref out;
} creation;

static int new_series(lua_State *L) {
    creation *c = lua_touserdata(L, 1);
    ah_push_series(L, c->host);
    c->out = ah_keep(L, c->m);
    return 0;
}

ah_status ah_new_series(ah_machine *m, const ah_series *series, ah_ref *value) {
    creation c = {.m = m, .host = series};
    ah_status status = ah_enter_fresh(m, false, new_series, &c);
    *value = c.out;
    return status;
}

void ah_push_bundle(lua_State *L, const ah_bundle *bundle) {
    luaL_checkstack(L, 6, NULL);
    bundle_box *box = lua_newuserdatauv(L, sizeof *box + bundle->count * sizeof box->names[0], 1);
    box->tag = AH_TAG_BUNDLE;
    box->count = 0;
    box->bundle = bundle;
    lua_createtable(L, (int)bundle->count * 2, 0);
    for (uint32_t i = 0; i < bundle->count; i++) {
        const ah_column *column = &bundle->columns[i];
        box->names[i] = lua_pushstring(L, column->name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
        if (column->value) {
            lua_rawgeti(L, LUA_REGISTRYINDEX, column->value);
        } else if (column->series) {
            ah_push_series(L, column->series);
        } else {
            lua_pushnil(L);
        }
        lua_rawseti(L, -2, (lua_Integer)bundle->count + i + 1);
    }
    box->count = bundle->count;
    lua_setiuservalue(L, -2, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, AH_REG_BUNDLE);
    lua_setmetatable(L, -2);
}

static int new_bundle(lua_State *L) {
    creation *c = lua_touserdata(L, 1);
    ah_push_bundle(L, c->host);
    c->out = ah_keep(L, c->m);
    return 0;
}

ah_status ah_new_bundle(ah_machine *m, const ah_bundle *bundle, ah_ref *value) {
    creation c = {.m = m, .host = bundle};
    ah_status status = ah_enter_fresh(m, false, new_bundle, &c);
    *value = c.out;
    return status;
}

static void metatable(lua_State *L, const luaL_Reg *functions, int slot) {
    lua_createtable(L, 0, 6);
    luaL_setfuncs(L, functions, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawseti(L, LUA_REGISTRYINDEX, slot);
}

void ah_open_series(lua_State *L) {
    static const luaL_Reg series[] = {
        {"__index", series_index}, {"__newindex", refuse_write}, {"__len", series_length},
        {"__tostring", series_text}, {"__call", series_call}, {NULL, NULL},
    };
    static const luaL_Reg bundle[] = {
        {"__index", bundle_index}, {"__newindex", refuse_write}, {"__len", bundle_length},
        {"__tostring", bundle_text}, {NULL, NULL},
    };
    static const luaL_Reg row[] = {
        {"__index", row_index}, {"__newindex", refuse_write}, {"__tostring", bundle_text}, {NULL, NULL},
    };
    metatable(L, series, AH_REG_SERIES);
    metatable(L, bundle, AH_REG_BUNDLE);
    metatable(L, row, AH_REG_ROW);
}
