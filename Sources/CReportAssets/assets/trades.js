// The trade list: sorted by any column, filtered, fifty rows a page.

const PAGE_ROWS = 50;

class TradeList {
  /** `show(trade)` is called when a reader asks to see a trade on the chart. */
  constructor(root, trades, words, format, show) {
    this.trades = trades;
    this.words = words;
    this.format = format;
    this.show = show;
    this.body = root.querySelector("tbody");
    this.filter = root.querySelector("select");
    this.count = root.querySelector(".count");
    this.previous = root.querySelector("[data-page=previous]");
    this.next = root.querySelector("[data-page=next]");
    this.key = "id";
    this.ascending = true;
    this.page = 0;
    this.previous.addEventListener("click", () => this.turn(-1));
    this.next.addEventListener("click", () => this.turn(1));
    this.filter.addEventListener("change", () => this.arrange());
    for (const button of root.querySelectorAll("th button")) {
      button.addEventListener("click", () => this.sortBy(button));
    }
    this.arrange();
  }

  sortBy(button) {
    const key = button.dataset.key;
    this.ascending = this.key === key ? !this.ascending : key === "id" || key === "reason";
    this.key = key;
    for (const head of button.closest("tr").children) head.removeAttribute("aria-sort");
    button.closest("th").setAttribute("aria-sort", this.ascending ? "ascending" : "descending");
    this.arrange();
  }

  turn(by) {
    this.page += by;
    this.fill();
  }

  arrange() {
    const chosen = this.filter.value;
    const tests = {
      long: (trade) => trade.long, short: (trade) => !trade.long,
      gains: (trade) => trade.profit > 0, losses: (trade) => trade.profit <= 0,
    };
    const reason = chosen.startsWith("reason:") ? chosen.slice(7) : null;
    const test = reason === null ? tests[chosen] ?? (() => true) : (trade) => trade.reason === reason;
    const key = this.key;
    const turn = this.ascending ? 1 : -1;
    this.rows = this.trades.filter(test).sort((a, b) => {
      const [left, right] = [a[key], b[key]];
      return (left < right ? -turn : left > right ? turn : 0) || a.id - b.id;
    });
    this.page = 0;
    this.fill();
  }

  fill() {
    const pages = Math.max(1, Math.ceil(this.rows.length / PAGE_ROWS));
    this.page = Math.min(Math.max(0, this.page), pages - 1);
    const start = this.page * PAGE_ROWS;
    const rows = this.rows.slice(start, start + PAGE_ROWS);
    this.body.replaceChildren(...rows.map((trade) => this.row(trade)));
    this.count.textContent = this.words.rows
      .replace("{from}", this.format.whole(rows.length ? start + 1 : 0))
      .replace("{to}", this.format.whole(start + rows.length))
      .replace("{all}", this.format.whole(this.rows.length));
    this.previous.disabled = this.page === 0;
    this.next.disabled = this.page >= pages - 1;
  }

  row(trade) {
    const { format, words } = this;
    const row = document.createElement("tr");
    const cell = (text, name = "") => {
      const element = document.createElement("td");
      element.textContent = text;
      if (name) element.className = name;
      row.append(element);
      return element;
    };
    const result = trade.profit > 0 ? "good" : trade.profit < 0 ? "bad" : "";
    cell("").append(this.showButton(trade));
    cell(trade.long ? words.long : words.short, `text side-${trade.long ? "long" : "short"}`);
    cell(format.quantity(trade.quantity));
    cell(format.time(trade.entryTime));
    cell(format.price(trade.entryPrice));
    cell(format.time(trade.exitTime));
    cell(format.price(trade.exitPrice));
    cell(format.whole(trade.bars));
    cell(format.money(trade.fees));
    cell(format.signedMoney(trade.profit), result);
    cell(format.signedPercent(trade.profitPct), result);
    cell(words.reasons[trade.reason] ?? trade.reason, "text reason").title = trade.reason;
    return row;
  }

  showButton(trade) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.format.whole(trade.id);
    button.title = button.ariaLabel = this.words.showTrade.replace("{id}", trade.id);
    button.addEventListener("click", () => this.show(trade));
    return button;
  }
}
