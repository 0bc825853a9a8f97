// table.sort as a stable merge sort: the same order on every machine, no harm from an inconsistent comparator.
#include "internal.h"
#include <string.h>

/// Elements of a table that is sorted in one call; a table's array part holds no more.
enum { MAX_SORTED = 32768 };

/// Argument 1 is the table, 2 the comparator or nil, 3 a copy of the elements.
typedef struct {
    lua_State *L;
    ah_machine *m;
    bool by_function;
    bool numbers;          ///< all elements are numbers and there is no comparator
    const double *values;  ///< then their values by element number - 1
} sorting;

static bool is_less(sorting *s, uint16_t a, uint16_t b) {
    if (s->numbers) return s->values[a] < s->values[b];
    lua_State *L = s->L;
    ah_charge(L, s->m, 8);
    if (s->by_function) lua_pushvalue(L, 2);
    lua_rawgeti(L, 3, (lua_Integer)a + 1);
    lua_rawgeti(L, 3, (lua_Integer)b + 1);
    bool less;
    if (s->by_function) {
        lua_call(L, 2, 1);
        less = lua_toboolean(L, -1);
        lua_pop(L, 1);
    } else {
        if (lua_type(L, -1) == LUA_TSTRING) ah_charge(L, s->m, (int64_t)(lua_rawlen(L, -1) >> 2));
        less = lua_compare(L, -2, -1, LUA_OPLT);
        lua_pop(L, 2);
    }
    return less;
}

static void merge(sorting *s, uint16_t *order, uint16_t *spare, int low, int middle, int high) {
    // Already in order: one comparison, so a sorted table costs n of them.
    if (!is_less(s, order[middle], order[middle - 1])) return;
    memcpy(spare + low, order + low, (size_t)(middle - low) * sizeof *spare);
    int left = low, right = middle, at = low;
    while (left < middle && right < high) {
        if (is_less(s, order[right], spare[left])) {
            order[at++] = order[right++];
        } else {
            order[at++] = spare[left++];
        }
    }
    memcpy(order + at, spare + left, (size_t)(middle - left) * sizeof *order);
}

static void insertion(sorting *s, uint16_t *order, int low, int high) {
    for (int i = low + 1; i < high; i++) {
        uint16_t moving = order[i];
        int at = i;
        while (at > low && is_less(s, moving, order[at - 1])) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = moving;
    }
}

int ah_sort(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    ah_check_writable(L, 1);
    lua_Integer size = (lua_Integer)lua_rawlen(L, 1);
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    if (size < 2) return 0;
    if (size > MAX_SORTED) return luaL_error(L, "table too large to sort (at most %d elements)", MAX_SORTED);
    int count = (int)size;
    sorting s = {.L = L, .m = ah_of(L), .by_function = !lua_isnil(L, 2), .numbers = true};
    ah_charge(L, s.m, (int64_t)count);
    lua_createtable(L, count, 0);
    double *values = lua_newuserdatauv(L, (size_t)count * sizeof(double), 0);
    for (int i = 0; i < count; i++) {
        // Integers beyond 2^53 would lose their order as doubles.
        if (lua_rawgeti(L, 1, i + 1) != LUA_TNUMBER || s.by_function) {
            s.numbers = false;
        } else if (s.numbers) {
            values[i] = lua_tonumber(L, -1);
            if (lua_isinteger(L, -1) && (values[i] > 0x1p53 || values[i] < -0x1p53)) s.numbers = false;
        }
        lua_rawseti(L, 3, i + 1);
    }
    s.values = values;
    if (s.numbers) {
        int steps = 1;
        while ((1 << steps) < count) steps++;
        ah_charge(L, s.m, (int64_t)count * steps);
    }
    uint16_t *order = lua_newuserdatauv(L, (size_t)count * 2 * sizeof *order, 0);
    uint16_t *spare = order + count;
    for (int i = 0; i < count; i++) order[i] = (uint16_t)i;
    enum { RUN = 6 };
    for (int low = 0; low < count; low += RUN) insertion(&s, order, low, low + RUN < count ? low + RUN : count);
    for (int width = RUN; width < count; width *= 2) {
        for (int low = 0; low + width < count; low += 2 * width) {
            int high = low + 2 * width < count ? low + 2 * width : count;
            merge(&s, order, spare, low, low + width, high);
        }
    }
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, 3, (lua_Integer)order[i] + 1);
        lua_rawseti(L, 1, i + 1);
    }
    return 0;
}
