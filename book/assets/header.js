// On a narrow screen the header gives its room to the text while one reads on, and comes back as one scrolls up.
const LEAST = 8; // px: a finger that trembles turns nothing round

export function hideHeader() {
  const root = document.documentElement;
  let last = scrollY;
  const look = () => {
    const now = Math.min(Math.max(scrollY, 0), root.scrollHeight - innerHeight); // some browsers bounce at the ends
    if (Math.abs(now - last) < LEAST) return;
    root.toggleAttribute("data-reading-on", now > last);
    last = now;
  };
  addEventListener("scroll", look, { passive: true });
}
