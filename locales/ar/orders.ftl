### الطلبات: أين وصلت، والبطاقات، والطلبات عند الرجوع إليها.
### لا يُكتب رمز بطاقة هنا أبدًا؛ يأتي في $code ومعه وسومه.

## هكذا تبدأ كل رسالة عن طلب. $total: سعر البطاقات كلها

order-head =
    <b>الطلب { $order }</b>
    { $product }
    { $type } × { $quantity } — { $total }

## رسالة المتابعة: أين وصل طلب مفتوح

progress-confirmed = ⏳ تم التأكيد. نطلب بطاقاتك الآن…
progress-sending = ⏳ أُرسل إلى المزوّد، ننتظر الجواب…
progress-handling = ⏳ المزوّد يعالج الطلب. ستصلك البطاقات في هذه المحادثة.
progress-handling-long =
    ⏳ ما زال المزوّد يعالج الطلب.
    لا داعي للانتظار هنا: ستصلك البطاقات في هذه المحادثة.
progress-checking =
    🔎 ضاع جواب المزوّد. نتحقّق معه هل سُجّل الطلب.
    المال يبقى محجوزًا. لا تشترِ مرة ثانية.
progress-checking-long =
    🔎 ما زلنا نتحقّق مع المزوّد هل سُجّل الطلب.
    المال يبقى محجوزًا ولم يضع شيء. لا داعي للانتظار هنا: يصلك الجواب في هذه المحادثة.
progress-checking-longer =
    🔎 لا يظهر الطلب عند المزوّد حتى الآن. نواصل البحث.
    المال يبقى محجوزًا حتى نعرف. يصلك الجواب في هذه المحادثة.
progress-checking-longest =
    🔎 ما زلنا لا نعرف هل سُجّل الطلب. أُبلغ فريق الموزّع بذلك.
    المال يبقى محجوزًا حتى نعرف. يصلك الجواب في هذه المحادثة.
# تحت الرسائل الأخرى، عندما لا تصل بطاقات المنتج فورًا أبدًا
progress-delayed = 🕓 تصل هذه البطاقات خلال أيام، وليس فورًا. لا داعي للانتظار هنا.
progress-answered-below = ⬇️ الجواب في رسالة أحدث أدناه.

## البطاقات. $count: كم وصل منها؛ $quantity: كم طُلب

receipt-head =
    { $count ->
        [zero] ✅ <b>الطلب { $order }</b>: بلا بطاقات
        [one] ✅ <b>الطلب { $order }</b>: وصلت بطاقتك
        [two] ✅ <b>الطلب { $order }</b>: وصلت بطاقتاك
        [few] ✅ <b>الطلب { $order }</b>: وصلت { $count } بطاقات
        [many] ✅ <b>الطلب { $order }</b>: وصلت { $count } بطاقة
       *[other] ✅ <b>الطلب { $order }</b>: وصلت { $count } بطاقة
    }
receipt-head-partial =
    { $count ->
        [zero] 🟡 <b>الطلب { $order }</b>: لم تصل أي بطاقة من { $quantity }
        [one] 🟡 <b>الطلب { $order }</b>: وصلت بطاقة واحدة من { $quantity }
        [two] 🟡 <b>الطلب { $order }</b>: وصلت بطاقتان من { $quantity }
        [few] 🟡 <b>الطلب { $order }</b>: وصلت { $count } بطاقات من { $quantity }
        [many] 🟡 <b>الطلب { $order }</b>: وصلت { $count } بطاقة من { $quantity }
       *[other] 🟡 <b>الطلب { $order }</b>: وصلت { $count } بطاقة من { $quantity }
    }
receipt-what = { $product }: { $type }
# الطلب الطويل يصل في عدة رسائل
receipt-part = البطاقات من { $first } إلى { $last } (المجموع: { $count })
receipt-copy = ♻️ نسخة من الطلب { $order }: قد تكون هذه البطاقات عندك من قبل. بِع كل بطاقة مرة واحدة فقط.
card-line = { $number }. { $code }
card-serial = الرقم التسلسلي: { $serial }
# $pin: ما يرافق رمز البطاقة
card-pin = الرقم السري: { $pin }
# $day: آخر يوم، بالتاريخ
card-valid-until = صالحة إلى غاية { $day }
receipt-link = 🔗 الرابط هو البطاقة نفسها: سلّمه دون أن تفتحه.
# $told: كلام المزوّد نفسه
receipt-redemption =
    <b>طريقة الاستعمال</b>
    { $told }
receipt-validity =
    <b>مدة الصلاحية</b>
    { $told }
receipt-paid = المخصوم: { $charged }. الرصيد: { $balance }.
receipt-given-back =
    { $missing ->
        [zero] لم ينقص شيء: أُعيد { $amount }.
        [one] بطاقة واحدة لم تصل: أُعيد { $amount }.
        [two] بطاقتان لم تصلا: أُعيد { $amount }.
        [few] { $missing } بطاقات لم تصل: أُعيد { $amount }.
        [many] { $missing } بطاقة لم تصل: أُعيد { $amount }.
       *[other] { $missing } بطاقة لم تصل: أُعيد { $amount }.
    }
receipt-open = ⏳ البطاقات الأخرى ما زالت قيد التحقق، وثمنها يبقى محجوزًا. ستصلك في هذه المحادثة أو يُعاد ثمنها.

## نهاية طلب لم يأتِ بأي بطاقة

outcome-withdrawn = ✖️ <b>مُلغى</b>: لم يُطلب شيء.
outcome-refused = ❌ <b>مرفوض</b>: لم تُسلَّم أي بطاقة.
outcome-refunded = ↩️ <b>مستردّ</b>: لم يسلّم المزوّد أي بطاقة.
reason-cancelled = أنت ألغيته.
reason-price-rose = ارتفع السعر. أرسل /buy لترى السعر الجديد.
reason-out-of-stock = نفد من المخزون. أرسل /buy لاختيار شيء آخر.
reason-not-available = هذا غير متوفر الآن. أرسل /buy لاختيار شيء آخر.
reason-provider-balance = هذا غير متوفر الآن. أعد المحاولة لاحقًا، أو أرسل /buy لاختيار شيء آخر.
reason-paused = البيع متوقف حاليًا. أعد المحاولة لاحقًا.
reason-frozen = هذا غير متوفر الآن. أعد المحاولة لاحقًا.
reason-too-late = تعذّر الوصول إلى المزوّد في الوقت المناسب. أعد المحاولة بعد قليل.
reason-suspended = محلك موقوف. أرسل /help لتعرف بمن تتصل.
reason-refused = لم يقبل المزوّد الطلب. أعد المحاولة لاحقًا، أو أرسل /buy لاختيار شيء آخر.
reason-absent = تحقّقنا مع المزوّد: لم يُسجَّل الطلب عنده. يمكنك الشراء من جديد.
reason-refunded = أعد المحاولة لاحقًا، أو أرسل /buy لاختيار شيء آخر.
outcome-money = لم يُخصم شيء: أُعيد { $amount }. الرصيد: { $balance }.

## عرض جديد، عندما يرتفع السعر أو ينفد المخزون قبل إرسال الطلب

requote-price =
    ⚠️ <b>لم يُرسل الطلب { $order }: ارتفع السعر.</b>
    { $product }
    { $type } × { $quantity }

    البطاقة الواحدة: { $old } ← { $price }
    المجموع: <b>{ $total }</b>

    لم يُخصم شيء. أكّد للشراء بالسعر الجديد.
requote-elsewhere =
    ⚠️ <b>لم يتم الطلب { $order }: المزوّد لا يستطيع توفيره الآن.</b>
    { $product }
    { $type } × { $quantity }

    البطاقة الواحدة: { $old } ← { $price }
    المجموع: <b>{ $total }</b>

    لم يُخصم شيء. الشيء نفسه متوفر عند مزوّد آخر: أكّد للشراء بهذا السعر.
requote-stock =
    { $quantity ->
        [zero] ⚠️ <b>لم يُرسل الطلب { $order }: لم تبق أي بطاقة.</b>
        [one] ⚠️ <b>لم يُرسل الطلب { $order }: لم تبق إلا بطاقة واحدة.</b>
        [two] ⚠️ <b>لم يُرسل الطلب { $order }: لم تبق إلا بطاقتان.</b>
        [few] ⚠️ <b>لم يُرسل الطلب { $order }: لم تبق إلا { $quantity } بطاقات.</b>
        [many] ⚠️ <b>لم يُرسل الطلب { $order }: لم تبق إلا { $quantity } بطاقة.</b>
       *[other] ⚠️ <b>لم يُرسل الطلب { $order }: لم تبق إلا { $quantity } بطاقة.</b>
    }
    { $product }
    { $type } × { $quantity }

    البطاقة الواحدة: { $price }
    المجموع: <b>{ $total }</b>

    لم يُخصم شيء. أكّد لشراء ما بقي.

## قائمة الطلبات، وواحد منها

orders-title =
    <b>طلباتك</b>
    اختر طلبًا لتراه من جديد.
orders-none = ليس لديك طلبات بعد. أرسل /buy لشراء البطاقات.
order-state-confirmed = ⏳ مؤكَّد، لم يُرسل بعد
order-state-sending = ⏳ قيد الإرسال إلى المزوّد
order-state-unknown = 🔎 قيد التحقق مع المزوّد
order-state-handling = ⏳ قيد المعالجة عند المزوّد
order-state-fulfilled = ✅ مكتمل
order-state-partially_filled = 🟡 نجاح جزئي
order-state-refunded = ↩️ مستردّ
order-state-refused = ❌ مرفوض
order-state-withdrawn = ✖️ مُلغى
order-placed = تاريخ الطلب: { $at }
order-charged = المخصوم: { $charged }
order-given-back = المُعاد: { $amount }
# الرموز مخفية حتى تُطلب
order-cards =
    { $count ->
        [zero] 🔒 لا بطاقات
        [one] 🔒 بطاقة واحدة، مخفية هنا
        [two] 🔒 بطاقتان، مخفيتان هنا
        [few] 🔒 { $count } بطاقات، مخفية هنا
        [many] 🔒 { $count } بطاقة، مخفية هنا
       *[other] 🔒 { $count } بطاقة، مخفية هنا
    }

## الأزرار (48 حرفًا على الأكثر). نص عادي.

button-order = { $order } · { $name } × { $quantity }
button-reveal = 👁 إظهار البطاقات
button-buy-again = 🔁 اختر من جديد
