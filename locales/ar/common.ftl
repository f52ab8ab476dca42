### ما تشترك فيه المحادثة كلها: اللغات والأزرار والأوامر والمساعدة.
### تبقى أسماء العلامات و/الأوامر و@الأسماء كما هي. لا يُكتب رمز بطاقة في هذه الملفات أبدًا.

## اللغة

language-name = العربية
language-question = اختر لغتك.
language-changed = من الآن أتحدث معك بالعربية.

## الأزرار. نص عادي بلا وسوم.

button-back = ↩️ رجوع
button-cancel = ✖️ إلغاء
# الأسهم تتبع اتجاه القراءة.
button-previous = ▶
button-next = ◀
# الصفحة $page من $pages
button-page = { $page }/{ $pages }

## الكلمات الأولى، والدخول

welcome = مرحبًا، <b>{ $shop }</b>. أرسل /buy لشراء البطاقات، و/wallet لترى رصيدك، و/help للباقي.
welcome-admin = أنت مسؤول هنا. أرسل /help لترى أوامرك، أو اضغط على زر القائمة.
access-offer = هذا البوت يبيع بطاقات الهدايا للمحلات المسجَّلة. اضغط على الزر لطلب الدخول: فريق الموزّع يقرّر، ويصلك الجواب هنا.
access-asked = طلب دخولك عند فريق الموزّع. يصلك الجواب هنا.
access-approved = ✅ <b>تم قبولك.</b> أرسل /buy لشراء البطاقات، و/wallet لترى رصيدك، و/help لترى كيف يعمل.
access-declined = رُفض طلب دخولك. هل لديك سؤال؟ { $support }
button-access = 🙋 طلب الدخول
# يحل محل $support عندما لا يعطي الموزّع جهة اتصال
support-unknown = اسأل من أعطاك هذا البوت.

## ترك السؤال بلا جواب

cancelled = تم الإلغاء. أرسل /buy عندما تريد الشراء.
nothing-to-cancel = لا يوجد ما يُلغى.

## المساعدة. $support: كيفية الاتصال بالموزّع

help =
    <b>كيف يعمل</b>
    أرسل /buy ثم اختر المنتج والنوع والكمية وأكّد الطلب.
    تصلك رموز البطاقات هنا في هذه المحادثة.

    /buy — شراء بطاقات
    /orders — طلباتك ورموزها من جديد
    /wallet — رصيدك وآخر حركاته
    /language — تغيير اللغة
    /cancel — ترك ما كنت تفعله

    الطلبات نهائية: تحقّق من المنتج قبل التأكيد.
    لا تشترِ مرة ثانية لأن طلبًا تأخّر: نتابعه حتى النهاية، وما لا يُسلَّم لا يُحتسَب.

    هل لديك سؤال؟ { $support }
help-admin =
    <b>للمسؤولين</b>
    <b>المحلات</b>: /agents، /agent، /invite، /suspend، /reinstate، /move
    <b>المال</b>: /topup، /adjust، /limit، /margin، /rate
    <b>الطلبات</b>: /sales، /order، /resolve، /adopt
    <b>البيع</b>: /provider، /pause، /resume، /health
    <b>التقارير</b>: /stats، /export، /broadcast

    أرسل الأمر وحده ليشرح لك طريقة استعماله.

## صفحة البوت في تيليغرام (512 و120 حرفًا على الأكثر). نص عادي.

bot-description =
    بطاقات هدايا للمحلات: اختر المنتج والنوع والكمية وأكّد، فتصلك الرموز في هذه المحادثة بعد لحظات.

    رصيدك وطلباتك ورموزك تبقى هنا متى احتجت إليها.

    اضغط على زر البدء لطلب الدخول.
bot-short-description = بطاقات هدايا للمحلات: تصلك الرموز في المحادثة.

## قوائم الأوامر (256 حرفًا على الأكثر). نص عادي.

command-start = البدء
command-buy = شراء بطاقات
command-orders = طلباتي ورموزها
command-wallet = رصيدي وحركاته
command-language = تغيير اللغة
command-help = المساعدة والاتصال
command-cancel = ترك ما كنت أفعله
command-agents = كل المحلات
command-agent = محل واحد: الرصيد والأعضاء والطلبات
command-invite = دعوة محل برابط
command-topup = شحن رصيد محل
command-adjust = تصحيح رصيد محل مع ذكر السبب
command-limit = سقف الدين لمحل
command-margin = هامش الربح، للجميع أو لمحل واحد
command-rate = سعر صرف عملة
command-suspend = إيقاف محل فورًا
command-reinstate = إعادة تفعيل محل موقوف
command-move = نقل محل إلى حساب تيليغرام آخر
command-sales = مبيعات يوم
command-order = تفاصيل طلب واحد
command-resolve = حسم طلب عالق
command-adopt = ضمّ طلب وُجد عند المزوّد
command-provider = المزوّد: الرصيد والحالة والكتالوج
command-pause = إيقاف البيع
command-resume = استئناف البيع
command-stats = أرقام
command-export = تصدير للمدقّق
command-broadcast = الكتابة إلى كل المحلات
command-health = حالة البوت
