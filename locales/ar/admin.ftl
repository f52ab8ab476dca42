### ما يقرؤه فريق الموزّع: الطلبات والتنبيهات والأجوبة عن أوامره.
### الكلمات التي يفهمها البوت بعد الأمر (none، default، settle…) تأتي كوسائط.

## الأزرار. نص عادي بلا وسوم.

button-approve = ✅ قبول
button-decline = ✖️ رفض
button-undo = ↩️ تراجع
button-seen = 👁 اطّلعت
button-thaw = 🔄 إعادة المحاولة
button-resume = ▶️ استئناف البيع
button-shelve = 📦 بيع بطاقاته
# $order: رقم طلب
button-look = 🔎 الطلب { $order }
button-absent = ✖️ غير مسجَّل: أعد المال
# $cards: عدد البطاقات التي وصلت
button-settle = ✅ إغلاق، البطاقات: { $cards }
# $its_id: معرّف طلب عند المزوّد
button-adopt = ✅ { $its_id }

## شخص يطلب الدخول. $contact: الاسم بعلامة @ ورقم تيليغرام، أو الرقم وحده

admin-access-asked =
    🙋 <b>طلب دخول</b>
    { $name }
    تيليغرام: { $contact }
# $decision: قُبل أو رُفض؛ $admin: صاحب القرار
admin-access-decided =
    { $decision ->
        [approved] ✅ قبله { $admin }.
       *[other] ✖️ رفضه { $admin }.
    }
toast-access =
    { $decision ->
        [approved] تم القبول.
       *[other] تم الرفض.
    }
toast-access-before =
    { $decision ->
        [approved] سبق أن قبله { $admin }.
       *[other] سبق أن رفضه { $admin }.
    }

## التنبيهات: ما حدث، وما العمل.
## $shop: اسم المحل؛ $what: المنتج والنوع والكمية

alert-provider-balance-low =
    ⚠️ <b>الرصيد عند { $provider } منخفض جدًا</b>
    تعذّر إرسال طلب تكلفته { $needed } ولم يُخصم شيء من المحل.
    اشحن الحساب عند { $provider } ويستمر البيع تلقائيًا.
alert-provider-balance-soon =
    🔋 <b>الرصيد عند { $provider } لا يكفي ليوم واحد</b>
    المتبقي: { $left }. كلفت مبيعات آخر 24 ساعة { $day }.
    اشحن الحساب عند { $provider } قبل أن يتوقف البيع.
# $reason: بكلمات المزوّد
alert-provider-frozen =
    ⛔ <b>{ $provider } مجمَّد</b>
    رفض مفتاحنا أو عنواننا أو حسابنا: { $reason }
    لا يمكن بيع شيء منه، وطلباته المفتوحة تنتظر.
    أصلح الأمر عند المزوّد ثم اضغط «إعادة المحاولة». أما المفتاح الجديد فضعه في { $settings } ثم أعد تشغيل البوت.
alert-order-unknown =
    ❓ <b>الطلب { $order }: لم يُعثر عليه عند المزوّد حتى الآن</b>
    { $shop }، { $what }، { $total }
    ضاع الجواب، فقد يكون الطلب سُجِّل وقد لا يكون. مال المحل يبقى محجوزًا، ولا يُرسل شيء مرة ثانية، والبحث مستمر تلقائيًا.
    إن كنت تعرف أكثر من البوت: { $resolve }
alert-order-ambiguous =
    ❓ <b>الطلب { $order }: أكثر من طلب عند المزوّد يطابقه</b>
    { $shop }، { $what }، { $total }
    ضاع الجواب، ولا يستطيع البوت معرفة أيها لنا. اضغط على الصحيح منها؛ التفاصيل: { $resolve }
# $reason: بكلمات المزوّد
alert-money-trouble =
    💸 <b>الطلب { $order }: المزوّد يبلّغ عن مشكلة في المال</b>
    { $shop }، { $what }، { $total }
    يقول المزوّد: { $reason }
    قد يكون الطلب سُجِّل وقد لا يكون، وقد يكون ماله عند المزوّد. مال المحل يبقى محجوزًا، ولا يُرسل شيء مرة ثانية، والبحث عن الطلب مستمر كالعادة. اسأل دعم المزوّد عمّا جرى له.
# $its_id: معرّف الطلب عند المزوّد؛ $what: المنتج والنوع بمعرّفاته
alert-foreign-order =
    👽 <b>طلب عند المزوّد ليس لنا</b>
    { $its_id }: { $what }
    ربما يستعمل شخص آخر مفتاح المزوّد، ويجب أن يكون المفتاح لهذا البوت وحده.
    إن كان لك فيمكن بيع بطاقاته هنا. وإن كان أحد طلباتنا المجهولة فأضف رقم ذلك الطلب: { $adopt }
alert-doubted-order =
    📦 <b>بطاقات في مخزون نسخة قديمة</b>
    { $its_id }: { $what }
    كانت تنتظر البيع حين أُخذت النسخة، وربما بيعت بعد ذلك.
    اسأل المحلات. إن لم تكن عند أحد فأعدها إلى البيع بالزر، وإن كانت عند محل فاخصمها منه بالأمر /adjust.
alert-shelf-order =
    📦 <b>وصلت بطاقات طلبٍ كنا قد تخلّينا عنه</b>
    { $its_id }، البطاقات: { $cards }
    إنها مدفوعة الثمن. أول بيع للبطاقات نفسها يأخذها أولًا؛ لا شيء مطلوب منك.
# $since: متى أخذه المزوّد؛ $status: كلمته؛ $its_order: رقم الطلب عنده
alert-order-slow =
    🐢 <b>الطلب { $order }: لم يكتمل بعد عند المزوّد</b>
    { $shop }، { $what }، { $total }
    أخذه المزوّد في { $since }. رقمه عنده: { $its_order }؛ حالته: { $status }
    مال المحل يبقى محجوزًا، ولا يُردّ شيء تلقائيًا، والبوت يواصل البحث. أخبر المحل واسأل دعم المزوّد. ولا تغلق الطلب على البطاقات الواصلة إلا إذا أكّد أنه لن يصل المزيد، وذلك بالأمر { $close }
# $status: كلمة المزوّد؛ $ordered و$fulfilled و$cards: أعداد
alert-count-mismatch =
    ⚠️ <b>الطلب { $order }: أرقام المزوّد لا تتطابق</b>
    { $shop }، { $what }
    الحالة { $status }؛ المطلوب: { $ordered }؛ المسلَّم حسب قوله: { $fulfilled }؛ البطاقات الواصلة: { $cards }
    ما وصل خُصم ثمنه وسُلِّم، والباقي محجوز، والبوت يواصل البحث. اسأل المزوّد، وحين لا يُنتظر المزيد أغلق الطلب هنا أو بالأمر { $resolve }
alert-settled-changed =
    ⚠️ <b>تغيّر الطلب { $order } عند المزوّد بعد إغلاقه</b>
    { $shop }، { $what }
    الحالة { $before } ← { $now }؛ ما أخذه المزوّد: { $amount }
    لم يتغيّر شيء هنا. اسأل المزوّد عن السبب، وصحّح رصيد المحل بالأمر /adjust عند الحاجة.
alert-delivery-parked =
    📭 <b>الطلب { $order }: تعذّر تسليم البطاقات</b>
    { $shop }، { $what }
    يقول تيليغرام: { $reason }
    البطاقات تنتظر، وتُرسل فور أن يكتب المحل إلى البوت. اتصل بالمحل.
alert-cost-above-price =
    📉 <b>الطلب { $order } بيع بخسارة</b>
    { $shop }، { $what }
    خُصم من المحل: { $charged }؛ وأخذ المزوّد: { $cost }
    كان المحل موعودًا بهذا السعر. راجع هامش الربح: /margin
alert-restored =
    🛟 <b>وضع الاستعادة: البيع متوقف</b>
    قاعدة البيانات أقدم مما يعرفه المزوّد. ربما سُلِّمت طلبات الفترة المفقودة من قبل، فلا يُضمّ أي منها تلقائيًا.
    الطلبات المجهولة: { $orders }
    احسم كلًّا منها بالأمر /resolve، وكل طلب غريب بالأمر /adopt، ثم استأنف البيع.
alert-two-bots =
    👥 <b>بوتان يعملان برمز دخول واحد</b>
    يقول تيليغرام إن برنامجًا آخر يقرأ رسائل هذا البوت. لا يُرسل أي طلب حتى تمرّ دقيقة بدونه.
    أوقف الآخر. وإن لم يكن هناك غيره فغيّر رمز الدخول عند @BotFather.
# $set: الأمر الذي يحدّد سعر الصرف؛ $one: وحدة واحدة من عملة المزوّد، $rate: قيمتها
alert-rate-missing =
    💱 <b>لا يوجد سعر صرف لعملة { $currency }</b>
    يُدفع لأحد المزوّدين بعملة { $currency }: بلا سعر صرف ليس لبطاقاته سعر ولا يُباع منها شيء.
    أرسل كم تساوي الوحدة الواحدة من { $currency } عندك، مثلًا { $set }
alert-rate-stale =
    💱 <b>مرّ أكثر من أسبوع على سعر صرف { $currency }</b>
    { $one } = { $rate }، منذ { $at }.
    إن كان ما زال صحيحًا فأكّده: { $set }، وإلا فأرسل سعر اليوم.
# $values: العدد؛ $rows: أولها؛ $keys: أسماء مفاتيح بطاقات أقدم؛ $setting: الإعداد الذي يحملها؛ $verify: أمر
alert-seal-broken =
    🔐 <b>بيانات مشفّرة تعذّر فك تشفيرها</b>
    العدد: { $values }. أولها: { $rows }
    تلفت أو غُيِّرت في قاعدة البيانات. كل ما عداها مشفّر بأحدث مفتاح للبطاقات، ويجب أن يبقى { $keys } في { $setting }.
    شغّل { $verify } على الخادم فيسمّيها واحدة واحدة، ثم اقرأ في الدليل فصل تغيير المفاتيح.

# تنبيه لم يحتج أحد إلى التصرّف فيه.
admin-over = ✅ انتهى الأمر: لم يبقَ شيء يجب فعله.
# $admin: من تصرّف؛ $action: ما فعله
admin-acted =
    { $action ->
        [seen] 👁 اطّلع عليه { $admin }.
        [thaw] ✅ أزال التجميد { $admin }.
        [settle] ✅ أغلقه { $admin }.
        [absent] ✅ أغلقه { $admin } على أنه غير مسجَّل.
        [adopt] ✅ ضمّه { $admin }.
        [resume] ✅ استأنف البيع { $admin }.
        [rate] ✅ حدّد سعر الصرف { $admin }.
       *[other] ✅ قام به { $admin }.
    }
toast-acted =
    { $action ->
        [seen] سُجِّل اطّلاعك.
        [settle] أُغلق بالبطاقات الواصلة.
        [absent] أُغلق وعاد المال إلى المحل.
        [adopt] تم الضمّ.
        [resume] عاد البيع.
       *[other] تم.
    }
toast-acted-before = سبق أن قام بهذا { $admin }.

## المال

admin-topped-up =
    ✅ <b>{ $shop }</b>: شحن بمبلغ { $amount }.
    الرصيد: { $balance }
admin-adjusted =
    ✅ <b>{ $shop }</b>: تصحيح بمبلغ { $amount }.
    الرصيد: { $balance }
admin-memo = ملاحظة: { $memo }
admin-moved-before =
    ☑️ <b>{ $shop }</b>: نُفّذت هذه الرسالة من قبل ({ $amount })؛ لم يُكرَّر شيء.
    الرصيد: { $balance }
admin-undone =
    ↩️ <b>{ $shop }</b>: تراجع عنه { $admin } ({ $amount }).
    الرصيد: { $balance }
toast-undone = تم التراجع.
toast-undone-before = سبق التراجع عن هذا؛ لم يُكرَّر شيء.
admin-two-readings =
    يمكن فهم هذا بأكثر من وجه، فلم يُنفَّذ شيء:
    { $rows }
    اكتب المبلغ بلا فراغات، أو سمِّ المحل برقم تيليغرام لأحد أعضائه.
admin-reading = { $shop } — { $amount }
admin-percent-unreadable = لا أستطيع قراءة هذه النسبة. اكتب رقمًا من 0 إلى 1000، مثل 5 أو 7,5.

## المحلات

admin-agents = <b>المحلات</b> ({ $total })
admin-agents-none = لا يوجد أي محل بعد. حين يرسل أحدهم /start ويطلب الدخول تقبله هنا.
admin-agents-line = <b>{ $shop }</b> — { $balance }
admin-agents-line-suspended = ⛔ <b>{ $shop }</b> — { $balance }
# $held: ما تحجزه الطلبات المفتوحة
admin-agent =
    <b>{ $shop }</b>
    الرصيد: { $balance }
    محجوز للطلبات المفتوحة: { $held }
    سقف الدين: { $limit }
    هامش الربح: { $margin }
    الطلبات: { $orders }
    اليوم: { $today }
    الأعضاء:
    { $members }
admin-agent-suspended = ⛔ موقوف منذ { $at }.
admin-no-limit = بلا سقف
admin-margin-own = { $margin } (خاص به)
admin-margin-usual = { $margin } (كباقي المحلات)
admin-renamed = ✅ صار اسم المحل <b>{ $shop }</b>.
admin-suspended = ⛔ أُوقف <b>{ $shop }</b> ولا يمكنه الشراء. البطاقات التي طُلبت من قبل تصل رغم ذلك. لإعادة تفعيله: /reinstate
admin-suspended-before = ⛔ <b>{ $shop }</b> موقوف من قبل.
admin-reinstated = ✅ يمكن لمحل <b>{ $shop }</b> الشراء من جديد.
admin-reinstated-before = ✅ لم يكن <b>{ $shop }</b> موقوفًا.
admin-margin-default = هامش الربح { $margin } لكل محل ليس له هامش خاص.
admin-margin-set = ✅ من الآن هامش الربح { $margin } لكل محل ليس له هامش خاص.
admin-margin-shop = ✅ <b>{ $shop }</b>: هامش الربح { $margin }.
admin-limit = ✅ <b>{ $shop }</b>. سقف الدين: { $limit }

## أسعار الصرف. $one: وحدة واحدة من عملة المزوّد؛ $rate: قيمتها بعملتك

admin-rate = <b>{ $one } = { $rate }</b> — حُدِّد في { $at } (مضى عليه: { $age })
admin-rate-none = <b>{ $currency }</b>: لا سعر صرف لها بعد، فلا يمكن بيع بطاقاتها.
admin-rates-none = يُدفع لكل المزوّدين بعملة { $currency }، وهي عملتك نفسها: لا حاجة إلى سعر صرف.
admin-rate-set = ✅ من الآن { $one } = { $rate }.
admin-rate-before = قبل ذلك: { $rate }، حُدِّد في { $at }.
# $margin: هامش المحلات التي ليس لها هامش خاص
admin-rate-example = بطاقة سعر جملتها { $cost } تُباع بسعر { $price } (هامش الربح { $margin }).
# $again: الأمر الذي يعيد السعر السابق
admin-rate-far = ⚠️ هذا بعيد عن سعر الصرف السابق. إن كان خطأ فأعد السعر القديم فورًا: { $again }
admin-rate-unreadable = لا أستطيع قراءة سعر الصرف هذا. اكتب عملة من ثلاثة أحرف، ثم رقمًا أكبر من الصفر.

## البيع

admin-paused = ⏸ توقف البيع. البطاقات التي طُلبت من قبل تصل رغم ذلك. لاستئناف البيع: /resume
admin-paused-before = ⏸ البيع متوقف من قبل. لاستئناف البيع: /resume
admin-resumed = ▶️ عاد البيع.
admin-not-yet = ⏳ ليس بعد: لم تُقرأ كل الطلبات المسجَّلة عند المزوّد منذ النسخة. أعد المحاولة بعد دقيقة.
admin-resumed-before = ▶️ لم يكن البيع متوقفًا. (المزوّد المجمَّد: انظر /provider)
admin-sold = الطلبات: { $orders }؛ البطاقات: { $cards }؛ { $charged }
admin-sold-profit = الطلبات: { $orders }؛ البطاقات: { $cards }؛ { $charged }؛ الربح: { $profit }
admin-sales =
    <b>المبيعات</b>
    <b>اليوم</b> — { $today }
    <b>أمس</b> — { $yesterday }
    <b>7 أيام</b> — { $week }
    <b>30 يومًا</b> — { $month }
admin-sales-shop = { $shop } — { $sold }

## طلب واحد

admin-order =
    <b>الطلب { $order }</b>: { $state }
    <b>{ $shop }</b> (تيليغرام { $person_id })
    { $what }
    السعر: { $price }؛ المجموع: { $total }
    { $provider }: { $its_id } { $status }
    { $timeline }
admin-order-none-yet = بلا معرّف بعد
admin-order-reserved = { $at } — حُجز: { $amount }
admin-order-sent = { $at } — أُرسل إلى المزوّد
admin-order-accepted = { $at } — أخذه المزوّد
admin-order-charged = { $at } — خُصم: { $amount } (البطاقات: { $cards })
admin-order-charged-so-far = المخصوم حتى الآن: { $amount } (البطاقات: { $cards })
admin-order-given-back = { $at } — أُعيد: { $amount }
admin-order-cost = ما أخذه المزوّد: { $amount }
admin-cost-abroad = { $cost } ({ $converted })
admin-order-reason = السبب: { $reason }
admin-order-provider-said = قال المزوّد: { $message }
# $outcome: قُبل أو رُفض أو لم يُرسل أو ضاع جوابه
admin-call =
    { $outcome ->
        [accepted] { $at } — المحاولة { $attempt }: قُبل { $code }
        [refused] { $at } — المحاولة { $attempt }: رُفض { $code }
        [not-sent] { $at } — المحاولة { $attempt }: لم يُرسل { $code }
       *[unknown] { $at } — المحاولة { $attempt }: ضاع الجواب { $code }
    }
admin-state =
    { $state ->
        [confirmed] ⏳ مؤكَّد ولم يُرسل بعد
        [sending] 📤 قيد الإرسال
        [unknown] ❓ مجهول: قيد التحقق عند المزوّد
        [handling] ⏳ قيد المعالجة عند المزوّد
        [fulfilled] ✅ مكتمل
        [partially_filled] ☑️ نجاح جزئي
        [refunded] ↩️ مستردّ
        [refused] ✖️ مرفوض
       *[withdrawn] ✖️ أُلغي قبل الإرسال
    }
admin-reason =
    { $reason ->
        [cancelled] ألغاه المحل
        [price-rose] ارتفع السعر
        [out-of-stock] نفد من المخزون
        [not-available] لم يعد يُباع
        [provider-balance] كان الرصيد عند المزوّد منخفضًا جدًا
        [paused] كان البيع متوقفًا
        [frozen] كان المزوّد مجمَّدًا
        [too-late] تعذّر إرساله في الوقت المناسب
        [suspended] كان المحل موقوفًا
        [absent] ليس عند المزوّد
       *[refused] رفضه المزوّد
    }

## القرار

admin-resolve-unknown =
    ضاع جواب الطلب { $order }.
    هل أنت متأكد أنه ليس عند المزوّد؟ يعود المال إلى المحل: { $absent }
    هل تعرف معرّفه عند المزوّد؟ تصل البطاقات: { $adopt }
admin-resolve-candidates = عند المزوّد، بلا طلب من عندنا:
admin-resolve-candidate = { $its_id }
admin-resolve-foreign = { $its_id } — { $at }، { $status }
admin-resolve-handling =
    إغلاق الطلب { $order } يخصم ثمن ما وصل ويعيد الباقي. اسأل المزوّد أولًا، فلن يُبحث عن شيء بعد ذلك.
    { $settle }
admin-resolve-nothing = لا شيء يُحسم في الطلب { $order }.
admin-resolved-settle = ✅ أُغلق الطلب { $order } بالبطاقات الواصلة: { $cards }.
admin-resolved-absent = ✅ أُغلق الطلب { $order } على أنه غير مسجَّل، وعاد المال إلى المحل.
admin-resolved-adopt = ✅ الطلب { $order } هو { $its_id } عند المزوّد؛ بطاقاته في الطريق.
admin-shelved = 📦 صار { $its_id } لنا: أول بيع للبطاقات نفسها يأخذها أولًا.

## المزوّد والبوت

admin-provider =
    <b>{ $provider }</b> ({ $environment })
    الرصيد: { $balance }
    في دفاترنا: { $books }
    ملتزَم به في الطلبات المفتوحة: { $in_flight }
    الاتصالات الباقية هذه الدقيقة: { $left }
    قُرئ الكتالوج: { $read_at }
admin-provider-first = 🥇 يُباع منه أولًا ما يتوفر عند أكثر من مزوّد.
# $first: الأمر الذي يجعله الأول
admin-provider-not-first = ليُباع منه أولًا ما يتوفر عند أكثر من مزوّد: { $first }
admin-provider-put-first = 🥇 ما يتوفر عند أكثر من مزوّد يُباع الآن من { $provider } أولًا ما دام متوفرًا لديه. الطلبات المفتوحة تبقى حيث هي.
admin-provider-frozen =
    ⛔ مجمَّد منذ { $at }: { $reason }
    لإعادة المحاولة: { $thaw }
admin-provider-turned-away = لم يُقبل أحد اتصالاتنا
admin-provider-halted = ⏳ طلب منا الانتظار حتى { $at }.
admin-unreadable = تعذّرت قراءته
admin-never = لم يُقرأ قط
admin-refreshed = ✅ قُرئ الكتالوج من جديد.
admin-not-refreshed = تعذّرت قراءة الكتالوج: المزوّد لا يجيب كما ينبغي. يبقى ما قُرئ آخر مرة.
admin-thawed = ✅ عاد { $provider } يجيب، وعاد البيع.
admin-not-thawed = ⛔ { $provider } ما زال لا يسمح لنا بالدخول، أو لا يجيب. أصلح المفتاح أو العنوان أو الحساب عند المزوّد أولًا.
admin-no-such-provider = لا يوجد مزوّد بهذا الاسم.
admin-health =
    <b>حالة البوت</b>
    { $selling }
    الطلبات المفتوحة: { $open }
    تسليمات تنتظر أن يكتب محل: { $parked }
    تنبيهات لم يتصرّف فيها أحد: { $alerts }
    أحداث السجل: { $journal }
    مرات التشغيل حتى الآن: { $epoch }
admin-selling = ▶️ البيع جارٍ.
admin-selling-paused = ⏸ البيع متوقف منذ { $at }. لاستئناف البيع: /resume
admin-selling-restored = 🛟 وضع الاستعادة منذ { $at }. لاستئناف البيع: /resume
admin-selling-rival = 👥 برنامج آخر يستعمل رمز دخول هذا البوت.
admin-none = لا توجد
admin-open-line = { $count } — { $state }
admin-unknown-orders = الطلبات المجهولة: { $orders }. أقدمها من { $at }. انظر كلًّا منها بالأمر /resolve.

## ملف المدقّق

admin-export-caption = الدفاتر والسجل والطلبات، للمدقّق: بلا رموز بطاقات ولا مفاتيح. يُفحص بالأمر { $verify }.
admin-export-large = الملف أكبر مما يقبله تيليغرام. أعدّه على الخادم: { $command }
admin-export-failed = تعذّر إعداد الملف أو إرساله. السبب في سجل البرنامج.

## طريقة الاستعمال: أمر بلا ما يلزمه

usage-topup =
    شحن رصيد محل: /topup المحل المبلغ [ملاحظة]
    المحل: جزء من اسمه أو رقم تيليغرام لأحد أعضائه.
    مثال: { $example }
usage-adjust =
    تصحيح رصيد محل بلا نقد: /adjust المحل ±المبلغ [السبب]
    مثال: { $example }
usage-agent =
    عرض محل: /agent المحل
    تغيير اسمه: { $rename }
    مثال: { $example }
usage-suspend =
    إيقاف محل فورًا: /suspend المحل
    مثال: { $example }
usage-reinstate =
    إعادة تفعيل محل موقوف: /reinstate المحل
    مثال: { $example }
usage-margin =
    لكل المحلات: { $all }
    لمحل واحد: { $one }
    كباقي المحلات من جديد: { $usual }
usage-rate =
    تحديد كم تساوي وحدة واحدة من عملة المزوّد بعملتك: /rate العملة السعر
    مثال: { $example }
usage-limit =
    تحديد كم يمكن لمحل أن يشتري بالدين: /limit المحل المبلغ
    مثال: { $example }
    بلا سقف: { $unlimited }
usage-order =
    عرض طلب: /order الرقم
    مثال: { $example }
usage-resolve =
    حسم طلب عالق: /resolve الرقم
    يعرض ما يُعرف عنه وما يمكن فعله.
    مثال: { $example }
usage-adopt =
    ضمّ طلب وُجد عند المزوّد.
    لبيع بطاقاته: { $shelf }
    لضمّه إلى طلب مجهول عندنا: { $order_example }
usage-provider =
    قراءة الكتالوج من جديد: { $refresh }
    إعادة محاولة مزوّد مجمَّد: { $thaw }
    لتحديد من يُباع منه أولًا ما يتوفر عند أكثر من مزوّد: { $first }
