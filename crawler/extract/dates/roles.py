"""Words beside a date that say what it is: the publication, an update, or something else."""

from typing import Literal

from crawler.extract.dates.claim import Role
from crawler.extract.dates.lexicon import fold_date_text
from crawler.extract.dates.tokens import DateToken

Label = Literal["published", "modified", "other"]

# Starts of folded words, in five languages and others.
STEMS: dict[Label, tuple[str, ...]] = {
    "modified": tuple(fold_date_text(
        "mis à jour|mise à jour|maj|màj|actualis|modifié|modification|updat|modified|modification|"
        "revised|edited|last update|"
        "aktualisiert|geändert|bearbeitet|aktualisierung|actualizad|actualización|modificad|تحديث|"
        "محدث|التحديث|تعديل|"
        "aggiornat|atualizad|bijgewerkt|обновлен|oppdatert|uppdaterad|opdateret|güncelle|"
        "diperbarui|수정|최종수정|aktualizacja|обновлено|更新|"
        "ปรับปรุง|อัปเดต|อัพเดต|แก้ไข|עודכן|עדכון|به روز|بروزرسانی|ویرایش|अपडेट|ενημερωση|τελευταια|"
        "aktualizováno|frissítve|actualizat|päivitetty|zaktualizowano|ažurirano|cập nhật|আপডেট"
    ).split("|")),
    "published": tuple(fold_date_text(
        "publié|publication|paru le|mis en ligne|mise en ligne|créé|posté|publish|posted|"
        "first publ|created|issued on|"
        "date :|date de publ|date publ|date of publ|veröffentlicht|erschienen|erstellt|publiziert|"
        "datum :|stand :|"
        "publicad|publicación|fecha :|fecha de publ|نشر|نشرت|النشر|تاريخ :|تاريخ النشر|تاريخ نشر|"
        "التاريخ :|الإنشاء|"
        "pubblicat|gepubliceerd|опубликован|publisert|publicerad|udgivet|yayın|terbit|입력|등록|기사입력|"
        "publikacja|发布|公開|"
        "เผยแพร่|פורסם|انتشار|منتشر|تاریخ|प्रकाशित|δημοσιευση|publikováno|közzétéve|megjelent|publicat|"
        "julkaistu|opublikowano|objavljeno|đăng|প্রকাশ"
    ).split("|")),
    "other": ("copyright", "©", "expire"),
}  # fmt: skip


def label(line: list[DateToken], start: int, end: int) -> Label | None:
    """What the nearest of the words from token `start` to `end` says."""
    for at in range(end - 1, max(start, end - 8) - 1, -1):
        text = " ".join(token.text for token in line[at : min(at + 3, end)])
        for found, stems in STEMS.items():
            if text.startswith(stems):
                return found
    return None


def role_of(said: Label | None) -> Role | None:
    """What a label means for a claim."""
    return None if said == "other" else said
