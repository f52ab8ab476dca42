### الرصيد كما يراه المحل. تأتي المبالغ مكتوبة للقارئ.

wallet-balance = <b>رصيدك: { $balance }</b>
wallet-held = محجوز لطلبات مفتوحة: { $held }
# $spendable: الرصيد والدين معًا
wallet-limit = سقف الدين: { $limit }. يمكنك إنفاق { $spendable }.
wallet-no-limit = الشراء بالدين: بلا سقف.
wallet-today = اليوم: الطلبات { $orders }، البطاقات { $cards }، المخصوم { $charged }
wallet-movements = <b>آخر الحركات</b>
wallet-no-movements = لا حركات بعد. الموزّع هو من يشحن رصيدك.

## سطر لكل حركة. $amount: بعلامة ناقص عندما يخرج من الرصيد

movement-hold = { $at } · الطلب { $order } · { $amount }
movement-release = { $at } · مُعاد، الطلب { $order } · { $amount }
movement-topup = { $at } · شحن · { $amount }
movement-adjust = { $at } · تصحيح · { $amount }
movement-undo = { $at } · تراجع · { $amount }
# $memo: ما كتبه الموزّع
movement-memo = «{ $memo }»

## ما يُقال للمحل عندما يتحرك شيء من دونه

# $amount: بلا علامة
wallet-added = 💰 <b>أُضيف { $amount } إلى رصيدك.</b>
wallet-taken = 💰 <b>سُحب { $amount } من رصيدك.</b>
wallet-moved-balance = الرصيد: { $balance }
standing-suspended =
    ⛔ <b>محلك موقوف.</b>
    لا يمكن شراء شيء حاليًا. البطاقات التي طُلبت من قبل تصل رغم ذلك. أرسل /help لتعرف بمن تتصل.
standing-reinstated = ✅ <b>يمكن لمحلك الشراء من جديد.</b> أرسل /buy.
