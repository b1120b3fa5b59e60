"""What a short answer to a reminder means, in the languages people answer in (pure)."""

import re
import unicodedata

from rounds.notices.model import Meaning

# A word that means yes in one language and no in another ("jo") is in neither list.
YES = """
1 yes y yep yeah ok okay sure coming confirm confirmed 👍 ja jep oui ouais sí si sì sim claro
da да так ano áno tak igen kyllä joo jah jā taip evet tamam po ναι نعم اجل بله بلی ہاں haan हाँ
हां হ্যাঁ ஆம் ใช่ vâng có はい うん 是 是的 好 好的 예 네 כן ndiyo haa
"""
NO = """
2 0 no n nope 👎 nein non nee nej nei não nao nie nem ei ne нет ні не niet hayır hayir yok όχι
لا نه نہیں nahi नहीं না இல்லை ไม่ không いいえ 不 不是 不行 아니요 아니 לא hapana
"""
STOP = """
stop stopp stoppen stopall unsubscribe end quit arret arrêt alto baja parar sair wypisz dur
стоп توقف 停止 中止 중지 עצור
"""
# What may stand around the one word: marks, blanks, emphasis; never another word.
AROUND = re.compile(r"^[\s\W_]+|[\s\W_]+$")


def plain(text: str) -> str:
    """Return a text in the one form of letters and without capitals."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


WORDS = {
    meaning: frozenset(plain(words).split())
    for meaning, words in ((Meaning.STOP, STOP), (Meaning.YES, YES), (Meaning.NO, NO))
}


def meaning_of(text: str) -> Meaning:
    """Return what an answer says; whatever is more than one clear word a person has to read."""
    whole = plain(text)
    said = {whole, AROUND.sub("", whole)}
    for meaning, words in WORDS.items():
        if said & words:
            return meaning
    return Meaning.UNCLEAR
