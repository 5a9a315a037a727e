import type { Person } from "../shapes";
import { useTown } from "../town";
import { useWords } from "../words";

export function Browser({ person, hidden }: { person: Person; hidden: boolean }) {
  const words = useWords();
  const shop = useTown((known) => known.town?.shop);
  const language = useTown((known) => known.language);
  return (
    <div className="browser" hidden={hidden}>
      <div className="address">tokonusantara.example</div>
      {shop ? (
        <iframe title="Toko Nusantara" src={`shop?person=${encodeURIComponent(person.id)}&lang=${language}`} />
      ) : (
        <p className="empty">{words.shop_missing}</p>
      )}
    </div>
  );
}
