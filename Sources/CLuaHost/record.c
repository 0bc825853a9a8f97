// Records: named fields over memory of the host; with a main value they work as numbers.
#include "internal.h"
#include <math.h>

typedef struct {
    uint32_t tag;
    uint32_t count;
    const ah_record *record;
    const char *names[];  ///< interned strings kept alive by the user value
} record_box;

static const record_box *box_at(lua_State *L, int index) {
    const record_box *box = lua_touserdata(L, index);
    return box != NULL && box->tag == AH_TAG_RECORD ? box : NULL;
}

static void push_field(lua_State *L, const ah_field *field) {
    const void *address = field->address;
    switch (field->kind) {
    case AH_FIELD_NUMBER: lua_pushnumber(L, *(const double *)address); return;
    case AH_FIELD_OPTIONAL: {
        double value = *(const double *)address;
        if (isnan(value)) {
            lua_pushnil(L);
        } else {
            lua_pushnumber(L, value);
        }
        return;
    }
    case AH_FIELD_INTEGER: lua_pushinteger(L, *(const int64_t *)address); return;
    case AH_FIELD_BOOLEAN: lua_pushboolean(L, *(const uint8_t *)address != 0); return;
    case AH_FIELD_TEXT: lua_pushstring(L, *(const char *const *)address); return;
    case AH_FIELD_VALUE:
        if (*(const ah_ref *)address) {
            lua_rawgeti(L, LUA_REGISTRYINDEX, *(const ah_ref *)address);
            return;
        }
        lua_pushnil(L);
        return;
    default: lua_pushnil(L);
    }
}

static int index_record(lua_State *L) {
    const record_box *box = box_at(L, 1);
    if (box == NULL) return luaL_error(L, "a record expected");
    if (lua_type(L, 2) != LUA_TSTRING) {
        return luaL_error(L, "%s has no field of type %s", box->record->name, luaL_typename(L, 2));
    }
    const char *name = lua_tostring(L, 2);
    for (uint32_t i = 0; i < box->count; i++) {
        if (box->names[i] == name) {
            push_field(L, &box->record->fields[i]);
            return 1;
        }
    }
    return luaL_error(L, "%s has no field '%s'", box->record->name, name);
}

static int refuse_write(lua_State *L) {
    const record_box *box = box_at(L, 1);
    return luaL_error(L, "%s is read-only", box ? box->record->name : "a record");
}

static int text(lua_State *L) {
    const record_box *box = box_at(L, 1);
    if (box == NULL) return luaL_error(L, "a record expected");
    if (box->record->value) {
        lua_pushnumber(L, *box->record->value);
        lua_tostring(L, -1);
    } else {
        lua_pushstring(L, box->record->name);
    }
    return 1;
}

/// Replaces a record by its main value; numbers stay, strings that are numerals become numbers as in Lua.
static void operand(lua_State *L, int index) {
    const record_box *box = box_at(L, index);
    if (box && box->record->value) {
        lua_pushnumber(L, *box->record->value);
    } else if (lua_type(L, index) == LUA_TNUMBER) {
        lua_pushvalue(L, index);
    } else {
        size_t length;
        const char *numeral = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;
        if (numeral == NULL || lua_stringtonumber(L, numeral) != length + 1) {
            luaL_error(L, "attempt to perform arithmetic on a %s value", luaL_typename(L, index));
        }
    }
}

static int arithmetic(lua_State *L, int operation) {
    lua_settop(L, 2);
    operand(L, 1);
    if (operation != LUA_OPUNM) operand(L, 2);
    lua_arith(L, operation);
    return 1;
}

static int add(lua_State *L) { return arithmetic(L, LUA_OPADD); }
static int sub(lua_State *L) { return arithmetic(L, LUA_OPSUB); }
static int mul(lua_State *L) { return arithmetic(L, LUA_OPMUL); }
static int divide(lua_State *L) { return arithmetic(L, LUA_OPDIV); }
static int mod(lua_State *L) { return arithmetic(L, LUA_OPMOD); }
static int power(lua_State *L) { return arithmetic(L, LUA_OPPOW); }
static int idiv(lua_State *L) { return arithmetic(L, LUA_OPIDIV); }
static int unm(lua_State *L) { return arithmetic(L, LUA_OPUNM); }

static int comparison(lua_State *L, int operation) {
    for (int i = 1; i <= 2; i++) {
        const record_box *box = box_at(L, i);
        if (box && box->record->value) {
            lua_pushnumber(L, *box->record->value);
        } else if (lua_type(L, i) == LUA_TNUMBER) {
            lua_pushvalue(L, i);
        } else {
            return luaL_error(L, "attempt to compare a number with a %s value", luaL_typename(L, i));
        }
    }
    lua_pushboolean(L, lua_compare(L, -2, -1, operation));
    return 1;
}

static int equal(lua_State *L) { return comparison(L, LUA_OPEQ); }
static int less(lua_State *L) { return comparison(L, LUA_OPLT); }
static int less_or_equal(lua_State *L) { return comparison(L, LUA_OPLE); }

typedef struct {
    ah_machine *m;
    const ah_record *record;
    ah_ref out;
} creation;

void ah_push_record(lua_State *L, const ah_record *record) {
    luaL_checkstack(L, 6, NULL);
    record_box *box = lua_newuserdatauv(L, sizeof *box + record->count * sizeof box->names[0], 1);
    box->tag = AH_TAG_RECORD;
    box->count = 0;
    box->record = record;
    lua_createtable(L, (int)record->count, 0);
    for (uint32_t i = 0; i < record->count; i++) {
        box->names[i] = lua_pushstring(L, record->fields[i].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    box->count = record->count;
    lua_setiuservalue(L, -2, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, record->value ? AH_REG_NUMBER : AH_REG_RECORD);
    lua_setmetatable(L, -2);
}

static int new_record(lua_State *L) {
    creation *c = lua_touserdata(L, 1);
    ah_push_record(L, c->record);
    c->out = ah_keep(L, c->m);
    return 0;
}

ah_status ah_new_record(ah_machine *m, const ah_record *record, ah_ref *value) {
    creation c = {.m = m, .record = record};
    ah_status status = ah_enter_fresh(m, false, new_record, &c);
    *value = c.out;
    return status;
}

typedef struct {
    uint32_t tag;
    uint32_t label;
    double number;
} labelled_box;

void ah_push_labelled(lua_State *L, uint32_t label, double number) {
    labelled_box *box = lua_newuserdatauv(L, sizeof *box, 0);
    box->tag = AH_TAG_LABELLED;
    box->label = label;
    box->number = number;
    lua_rawgeti(L, LUA_REGISTRYINDEX, AH_REG_LABELLED);
    lua_setmetatable(L, -2);
}

static int labelled_text(lua_State *L) {
    const labelled_box *box = lua_touserdata(L, 1);
    lua_pushnumber(L, box != NULL && box->tag == AH_TAG_LABELLED ? box->number : 0);
    lua_tostring(L, -1);
    return 1;
}

static void metatable(lua_State *L, const luaL_Reg *functions, int size, int slot) {
    lua_createtable(L, 0, size);
    luaL_setfuncs(L, functions, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawseti(L, LUA_REGISTRYINDEX, slot);
}

void ah_open_record(lua_State *L) {
    static const luaL_Reg labelled[] = {{"__tostring", labelled_text}, {NULL, NULL}};
    static const luaL_Reg plain[] = {
        {"__index", index_record}, {"__newindex", refuse_write}, {"__tostring", text}, {NULL, NULL},
    };
    static const luaL_Reg number[] = {
        {"__index", index_record}, {"__newindex", refuse_write}, {"__tostring", text}, {"__add", add},
        {"__sub", sub}, {"__mul", mul}, {"__div", divide}, {"__mod", mod}, {"__pow", power}, {"__idiv", idiv},
        {"__unm", unm}, {"__eq", equal}, {"__lt", less}, {"__le", less_or_equal},
        {NULL, NULL},
    };
    metatable(L, plain, 4, AH_REG_RECORD);
    // No __concat: in Lua 5.4.4 as patched by Debian, a concatenation whose metamethod makes the stack move writes
    // into freed memory. The name makes the error message say what cannot be concatenated.
    metatable(L, number, 16, AH_REG_NUMBER);
    lua_rawgeti(L, LUA_REGISTRYINDEX, AH_REG_NUMBER);
    lua_pushliteral(L, "live number");
    lua_setfield(L, -2, "__name");
    lua_pop(L, 1);
    metatable(L, labelled, 2, AH_REG_LABELLED);
}
