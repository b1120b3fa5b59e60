"""What a short answer to a reminder means, in the languages people answer in (pure)."""

import re
import unicodedata

from rounds.notices.model import Meaning

# A word that means yes in one language and no in another ("jo") is in neither list.
YES = frozenset(
    [
        "1",
        "yes",
        "y",
        "yep",
        "yeah",
        "ok",
        "okay",
        "sure",
        "coming",
        "confirm",
        "confirmed",
        "👍",
        "ja",
        "jep",
        "oui",
        "ouais",
        "sí",
        "si",
        "sì",
        "sim",
        "claro",
        "da",
        "да",
        "так",
        "ano",
        "áno",
        "tak",
        "igen",
        "kyllä",
        "joo",
        "jah",
        "jā",
        "taip",
        "evet",
        "tamam",
        "po",
        "ναι",
        "نعم",
        "اجل",
        "بله",
        "بلی",
        "ہاں",
        "haan",
        "हाँ",
        "हां",
        "হ্যাঁ",
        "ஆம்",
        "ใช่",
        "vâng",
        "có",
        "はい",
        "うん",
        "是",
        "是的",
        "好",
        "好的",
        "예",
        "네",
        "כן",
        "ndiyo",
        "haa",
    ]
)
NO = frozenset(
    [
        "2",
        "0",
        "no",
        "n",
        "nope",
        "👎",
        "nein",
        "non",
        "nee",
        "nej",
        "nei",
        "não",
        "nao",
        "nie",
        "nem",
        "ei",
        "ne",
        "нет",
        "ні",
        "не",
        "niet",
        "hayır",
        "hayir",
        "yok",
        "όχι",
        "لا",
        "نه",
        "نہیں",
        "nahi",
        "नहीं",
        "না",
        "இல்லை",
        "ไม่",
        "không",
        "いいえ",
        "不",
        "不是",
        "不行",
        "아니요",
        "아니",
        "לא",
        "hapana",
    ]
)
STOP = frozenset(
    [
        "stop",
        "stopp",
        "stoppen",
        "stopall",
        "unsubscribe",
        "end",
        "quit",
        "arret",
        "arrêt",
        "alto",
        "baja",
        "parar",
        "sair",
        "wypisz",
        "dur",
        "стоп",
        "توقف",
        "停止",
        "中止",
        "중지",
        "עצור",
    ]
)
# What may stand around the one word: marks, blanks, emphasis; never another word.
AROUND = re.compile(r"^[\s\W_]+|[\s\W_]+$")


def meaning_of(text: str) -> Meaning:
    """Return what an answer says; whatever is more than one clear word a person has to read."""
    plain = _plain(text).strip()
    bare = AROUND.sub("", plain)
    for words, meaning in ((STOPPED, Meaning.STOP), (AGREED, Meaning.YES), (DECLINED, Meaning.NO)):
        if plain in words or bare in words:
            return meaning
    return Meaning.UNCLEAR


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


AGREED, DECLINED, STOPPED = (frozenset(_plain(word) for word in words) for words in (YES, NO, STOP))
