#include "chart_image.hpp"

#include "canvas.hpp"

#include <zlib.h>

#include <algorithm>
#include <random>
#include <vector>

namespace chart_writer {
namespace {

/// The bounds of the grain, for files of about 340 and 770 KB.
constexpr unsigned k_min_shades = 5;
constexpr unsigned k_max_shades = 56;

constexpr int k_margin = 60;

struct Candle {
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
};

using Random = std::mt19937_64;

/// Returns a number in [0, 1). Every standard library returns the same one, unlike std::uniform_real_distribution.
double fraction(Random& random) { return static_cast<double>(random() >> 11U) / 9007199254740992.0; }

std::vector<Candle> random_walk(Random& random, int count) {
  std::vector<Candle> candles;
  double price = 100 + 900 * fraction(random);
  double drift = 0;
  for (int i = 0; i < count; ++i) {
    drift = 0.9 * drift + 0.004 * (fraction(random) - 0.5);
    Candle candle;
    candle.open = price;
    candle.close = price * (1 + drift + 0.03 * (fraction(random) - 0.5));
    candle.high = std::max(candle.open, candle.close) * (1 + 0.012 * fraction(random));
    candle.low = std::min(candle.open, candle.close) * (1 - 0.012 * fraction(random));
    candle.volume = 0.2 + fraction(random) * fraction(random);
    price = candle.close;
    candles.push_back(candle);
  }
  return candles;
}

/// A box of the picture with a scale: candle numbers to the right, values upwards.
struct Panel {
  Box box;
  int count = 1;
  double low = 0;
  double high = 1;

  [[nodiscard]] int x(int index) const { return box.left + (2 * index + 1) * box.width / (2 * count); }
  [[nodiscard]] int y(double value) const {
    return box.bottom() - static_cast<int>((value - low) / (high - low) * box.height);
  }
  [[nodiscard]] int bar_width() const { return std::max(box.width * 7 / (10 * count), 1); }
};

void draw_axes(Canvas& canvas, const Panel& panel) {
  constexpr int k_lines = 5;
  for (int i = 1; i < k_lines; ++i) {
    const double value = panel.low + (panel.high - panel.low) * i / k_lines;
    const int y = panel.y(value);
    canvas.line({panel.box.left, y}, {panel.box.right(), y}, Ink::grid);
    canvas.number(static_cast<int>(value), {panel.box.right() + 6, y - 5});
    const int x = panel.box.left + panel.box.width * i / k_lines;
    canvas.line({x, panel.box.top}, {x, panel.box.bottom()}, Ink::grid);
    canvas.number(panel.count * i / k_lines, {x - 8, panel.box.bottom() + 6});
  }
  canvas.outline(panel.box, Ink::axis);
}

Panel price_panel(const Box& box, const std::vector<Candle>& candles) {
  Panel panel{box, static_cast<int>(candles.size()), candles.front().low, candles.front().high};
  for (const Candle& candle : candles) {
    panel.low = std::min(panel.low, candle.low);
    panel.high = std::max(panel.high, candle.high);
  }
  return panel;
}

void draw_candles(Canvas& canvas, const Panel& panel, const std::vector<Candle>& candles) {
  for (int i = 0; const Candle& candle : candles) {
    const Ink ink = candle.close >= candle.open ? Ink::rise : Ink::fall;
    const int x = panel.x(i++);
    canvas.line({x, panel.y(candle.high)}, {x, panel.y(candle.low)}, ink);
    const int top = panel.y(std::max(candle.open, candle.close));
    const int bottom = panel.y(std::min(candle.open, candle.close));
    canvas.fill({x - panel.bar_width() / 2, top, panel.bar_width(), std::max(bottom - top, 1)}, ink);
  }
}

/// Draws the line of the mean of the last `span` closes.
void draw_average(Canvas& canvas, const Panel& panel, const std::vector<Candle>& candles, int span) {
  double sum = 0;
  Point last;
  for (int i = 0; i < panel.count; ++i) {
    sum += candles[static_cast<std::size_t>(i)].close;
    if (i >= span) sum -= candles[static_cast<std::size_t>(i - span)].close;
    const Point here{panel.x(i), panel.y(sum / std::min(i + 1, span))};
    const Ink ink = span < 20 ? Ink::fast_average : Ink::slow_average;
    for (int thickness = 0; i > 0 && thickness < 2; ++thickness) {
      canvas.line({last.x, last.y + thickness}, {here.x, here.y + thickness}, ink);
    }
    last = here;
  }
}

void draw_volume(Canvas& canvas, const Box& box, const std::vector<Candle>& candles) {
  // In percent of the highest volume that random_walk makes.
  const Panel panel{box, static_cast<int>(candles.size()), 0, 120};
  draw_axes(canvas, panel);
  for (int i = 0; const Candle& candle : candles) {
    const int top = panel.y(100 * candle.volume);
    const Ink ink = candle.close >= candle.open ? Ink::volume : Ink::fall;
    canvas.fill({panel.x(i++) - panel.bar_width() / 2, top, panel.bar_width(), box.bottom() - top}, ink);
  }
}

Panel draw_prices(Canvas& canvas, const Box& box, const std::vector<Candle>& candles) {
  const Panel panel = price_panel(box, candles);
  draw_axes(canvas, panel);
  draw_candles(canvas, panel, candles);
  return panel;
}

void draw_technical_overview(Canvas& canvas, Random& random) {
  const std::vector<Candle> candles = random_walk(random, 120);
  const Panel panel = draw_prices(canvas, {k_margin, 30, 1150, 500}, candles);
  draw_average(canvas, panel, candles, 9);
  draw_average(canvas, panel, candles, 30);
  draw_volume(canvas, {k_margin, 570, 1150, 190}, candles);
}

void draw_pattern_analysis(Canvas& canvas, Random& random) {
  const std::vector<Candle> candles = random_walk(random, 90);
  const Panel panel = draw_prices(canvas, {k_margin, 30, 1150, 730}, candles);
  // Joins the highest and the lowest points of each third: resistance and support, as an analyst would draw them.
  const auto join = [&](auto outermost, auto value) {
    Point last;
    for (auto third = candles.begin(); third != candles.end(); third += 30) {
      const auto extreme = outermost(third, third + 30);
      const Point here{panel.x(static_cast<int>(extreme - candles.begin())), panel.y(value(*extreme))};
      canvas.outline({here.x - 7, here.y - 7, 14, 14}, Ink::marker);
      if (third != candles.begin()) canvas.line(last, here, Ink::marker);
      last = here;
    }
  };
  const auto by_high = [](const Candle& a, const Candle& b) { return a.high < b.high; };
  const auto by_low = [](const Candle& a, const Candle& b) { return a.low < b.low; };
  join([&](auto first, auto end) { return std::max_element(first, end, by_high); },
       [](const Candle& candle) { return candle.high; });
  join([&](auto first, auto end) { return std::min_element(first, end, by_low); },
       [](const Candle& candle) { return candle.low; });
}

void draw_volume_analysis(Canvas& canvas, Random& random) {
  const std::vector<Candle> candles = random_walk(random, 100);
  const Panel panel = draw_prices(canvas, {k_margin, 30, 1150, 300}, candles);
  draw_average(canvas, panel, candles, 14);
  draw_volume(canvas, {k_margin, 370, 1150, 390}, candles);
}

void draw_mtf_comparison(Canvas& canvas, Random& random) {
  for (int i = 0; i < 4; ++i) {
    const std::vector<Candle> candles = random_walk(random, 40 + 20 * i);
    const Panel panel = draw_prices(canvas, {k_margin + i % 2 * 600, 30 + i / 2 * 380, 530, 330}, candles);
    draw_average(canvas, panel, candles, 12);
  }
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (unsigned shift = 32; shift > 0;) bytes += static_cast<char>(number >> (shift -= 8) & 0xFFU);
  return bytes;
}

}  // namespace

std::string_view file_name(ChartKind kind) {
  switch (kind) {
    case ChartKind::technical_overview: return "technical_overview.png";
    case ChartKind::pattern_analysis: return "pattern_analysis.png";
    case ChartKind::volume_analysis: return "volume_analysis.png";
    case ChartKind::mtf_comparison: return "mtf_comparison.png";
  }
  return {};
}

std::string draw_chart(ChartKind kind, std::uint64_t seed) {
  Random random(seed);
  const Theme theme = random() % 2 == 0 ? Theme::light : Theme::dark;
  const auto shades = static_cast<unsigned>(k_min_shades + random() % (k_max_shades - k_min_shades + 1));
  Canvas canvas(theme, shades, random());
  switch (kind) {
    case ChartKind::technical_overview: draw_technical_overview(canvas, random); break;
    case ChartKind::pattern_analysis: draw_pattern_analysis(canvas, random); break;
    case ChartKind::volume_analysis: draw_volume_analysis(canvas, random); break;
    case ChartKind::mtf_comparison: draw_mtf_comparison(canvas, random); break;
  }
  return canvas.to_png();
}

std::string with_title(std::string_view png, std::string_view title) {
  // A chunk has a length, a type, data and the CRC of type and data. iTXt has a keyword, two bytes for "not
  // compressed", an empty language, an empty translated keyword and UTF-8 text (PNG 1.2, 4.2.3.3). The last chunk,
  // IEND, always takes 12 bytes.
  constexpr std::size_t k_iend_size = 12;
  using namespace std::string_view_literals;
  std::string chunk("iTXtTitle\0\0\0\0\0"sv);
  chunk += title;
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), static_cast<uInt>(chunk.size()));

  std::string file(png.substr(0, png.size() - k_iend_size));
  file += big_endian(static_cast<std::uint32_t>(chunk.size() - 4));
  file += chunk;
  file += big_endian(static_cast<std::uint32_t>(crc));
  file += png.substr(png.size() - k_iend_size);
  return file;
}

}  // namespace chart_writer
