//! Pickles written by hand, an instruction at a time, and ones that mean harm.

use super::file::Pickled;
use super::value::Value;
use super::{is_pickle, machine};
use crate::error::Result;
use crate::npz::npy::{Array, Numbers};
use crate::npz::zip;

fn read(bytes: &[u8]) -> Result<Pickled<'_>> {
    Pickled::open("t.pkl", bytes)
}

/// What a pickle is, spelled.
fn spelled(bytes: &[u8]) -> String {
    let pickled = read(bytes).expect("a pickle");
    spell(&pickled, pickled.top, 0)
}

fn spell(p: &Pickled<'_>, id: usize, depth: usize) -> String {
    if depth > 4 {
        return "..".into();
    }
    let all = |items: &[usize]| items.iter().map(|i| spell(p, *i, depth + 1)).collect::<Vec<_>>().join(" ");
    match p.values.get(id) {
        Value::None => "None".into(),
        Value::Bool(v) => v.to_string(),
        Value::Int(v) => v.to_string(),
        Value::Float(v) => format!("{v:?}"),
        Value::Text(v) => format!("'{v}'"),
        Value::Bytes(span) => format!("b{}", span.end - span.start),
        Value::List(items) => format!("[{}]", all(items)),
        Value::Tuple(items) => format!("({})", all(items)),
        Value::Dict(items) => format!("{{{}}}", all(items)),
        Value::Name(name) => format!("{}.{}", name.0, name.1),
        Value::Made { what, with, state } => {
            let state = state.map(|s| format!("+{}", spell(p, s, depth + 1))).unwrap_or_default();
            format!("<{} {}{state}>", spell(p, *what, depth + 1), spell(p, *with, depth + 1))
        }
        Value::Outside(key) => format!("@{}", spell(p, *key, depth + 1)),
        Value::Inline(..) => "inline".into(),
    }
}

#[test]
fn every_protocol_by_hand() {
    for (bytes, expected) in [
        // Protocol 0, as text: a dictionary with a list, truth, and numbers.
        (
            b"(dp0\nVa\np1\n(lp2\nI1\naI-2\naF1.5\nasS'b\\n\\x41'\nI01\nsS\"c\"\nL12L\ns.".as_slice(),
            "{'a' [1 -2 1.5] 'b\nA' true 'c' 12}",
        ),
        (b"(I1\n(I2\ntt.", "(1 (2))"),
        (b"Vcaf\xe9 \\u0041\n.", "'caf\u{e9} A'"),
        // Protocol 1: bytes for numbers and sizes.
        (b"}q\x00(U\x01aK\x07U\x01bM\x01\x02U\x01cJ\xff\xff\xff\xffu.", "{'a' 7 'b' 513 'c' -1}"),
        (b"]q\x01(G?\xf8\0\0\0\0\0\0NX\x02\0\0\0\xc3\xa4e.", "[1.5 None '\u{e4}']"),
        (b"(K\x01K\x022l.", "[1 2 2]"),
        (b"(K\x01K\x020l.", "[1]"),
        (b"(K\x01(K\x021l.", "[1]"),
        // Protocol 2: names, long numbers, small tuples, things made and told.
        (b"\x80\x02cos\nsystem\nq\x00X\x02\0\0\0ls\x85R.", "<os.system ('ls')>"),
        (b"\x80\x02\x8a\x00\x8a\x01\xff\x8a\x02\xff\x00\x87.", "(0 -1 255)"),
        (b"\x80\x02\x8a\x09\0\0\0\0\0\0\0\0\x01.", "9223372036854775807"),
        (b"\x80\x02\x8b\x01\0\0\0\x80.", "-128"),
        (b"\x80\x02cm\nC\n)\x81}(X\x01\0\0\0aK\x01ub.", "<m.C ()+{'a' 1}>"),
        (b"\x80\x02X\x01\0\0\0kQ.", "@'k'"),
        (b"\x80\x02\x89\x88\x86.", "(false true)"),
        (b"\x80\x02ccollections\nOrderedDict\n)R(K\x01K\x02u.", "{1 2}"),
        // Protocol 3 and 4: bytes, short names from the stack, sets, frames.
        (b"\x80\x03C\x03abcB\x02\0\0\0xy\x86.", "(b3 b2)"),
        (b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x02os\x94\x8c\x04name\x94\x93\x94h\x00\x86.", "(os.name 'os')"),
        (b"\x80\x04\x8f\x94(K\x01K\x02\x90.", "[1 2]"),
        (b"\x80\x04(K\x01\x91.", "(1)"),
        (b"\x80\x04\x8d\x01\0\0\0\0\0\0\0a\x8e\x01\0\0\0\0\0\0\0b\x86.", "('a' b1)"),
        (b"\x80\x04cm\nC\n)}\x92.", "<m.C ()>"),
        // Protocol 5: arrays of bytes that can change.
        (b"\x80\x05\x96\x02\0\0\0\0\0\0\0ab\x98.", "b2"),
        (b"(cm\nC\nK\x01o(im\nD\n\x86.", "(<m.C (1)> <m.D ()>)"),
        (b"P12\n.", "@'12'"),
    ] {
        assert_eq!(spelled(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }
    assert!(is_pickle(b"\x80\x04\x95") && is_pickle(b"(dp0\n") && is_pickle(b"}q\x00"));
    assert!(!is_pickle(b"\x80\x09") && !is_pickle(b"PK\x03\x04") && !is_pickle(b"0.1,0.2"));
}

#[test]
fn harm_comes_to_nothing() {
    // A list that holds itself, and a dictionary too.
    assert_eq!(spelled(b"]q\x00h\x00a."), "[[[[[..]]]]]");
    assert_eq!(
        spelled(b"}q\x00(h\x00h\x00u."),
        format!("{{{0} {0}}}", format!("{{{0} {0}}}", format!("{{{0} {0}}}", format!("{{{0} {0}}}", "{.. ..}"))))
    );
    // A thousand lists of two of the list before: two to the thousandth, if anyone walked it.
    let mut bomb = b"]q\x00".to_vec();
    for _ in 0..1000 {
        bomb.extend(b"q\x00](h\x00h\x00e");
    }
    bomb.push(b'.');
    assert_eq!(read(&bomb).expect("shared").values.items(read(&bomb).expect("shared").top).len(), 2);
    // Fifty thousand lists in each other.
    let deep = [b"]".repeat(50_000), b"a".repeat(49_999), b".".to_vec()].concat();
    assert!(read(&deep).is_ok());
    // One name a million times over in a list: the list of texts has no more than a skeleton has.
    let mut many = b"(Vname\np0\n".to_vec();
    many.extend(b"g0\n".repeat(400_000));
    many.extend(b"l.");
    let pickled = read(&many).expect("a list");
    let Ok(Array::Text(texts)) = pickled.array("t", pickled.top) else { panic!("texts") };
    assert!(texts.len() < 5000, "{}", texts.len());
    // Claims that nothing stands behind.
    for (bytes, words) in [
        (b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xffx.".as_slice(), "as many bytes as it claims"),
        (b"\x80\x02X\xff\xff\xff\x7fab.", "as many bytes as it claims"),
        (b"\x80\x02T\xff\xff\xff\xffab.", "a length from zero up"),
        (b"\x80\x02\x8b\xfe\xff\xff\xffab.", "a length from zero up"),
        (b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xff.", "an empty stack"),
        (b"\x80\x02h\x07.", "nothing under 7"),
        (b"\x80\x02j\xff\xff\xff\xff.", "nothing under"),
        (b"\x80\x02g-1\n.", "a number from zero up"),
        (b"\x80\x02K\x01a.", "an empty stack"),
        (b"\x80\x02K\x01K\x02a.", "a list to add to"),
        (b"\x80\x02K\x01K\x02K\x03s.", "a dictionary to add to"),
        (b"\x80\x02}(K\x01u.", "a key alone"),
        (b"\x80\x02t.", "a mark"),
        (b"\x80\x02(.", "an empty stack"),
        (b"\x80\x02K\x01(a.", "an empty stack"),
        (b"\x80\x02K\x01\x87.", "an empty stack"),
        (b"\x80\x02K\x01K\x02\x93.", "a name of two texts"),
        (b"\x80\x02\x82\x01.", "registered"),
        (b"\x80\x05\x97.", "outside"),
        (b"\x80\x02\xff.", "byte 0xff"),
        (b"\x80\x02(o.", "nothing"),
        (b"\x80\x02Sabc\n.", "in quotes"),
        (b"\x80\x02Iabc\n.", "a whole number"),
        (b"\x80\x02Fabc\n.", "a number"),
        (b"\x80\x02cos\nsystem", "the end of a line"),
        (b"\x80\x02", "claims"),
        (b"", "claims"),
    ] {
        let message = match read(bytes) {
            Err(e) => e.to_string(),
            Ok(p) => panic!("{bytes:?}: {}", p.values.kind(p.top)),
        };
        assert!(message.contains(words), "{}: {message}", String::from_utf8_lossy(bytes));
    }
    // More values than bytes could honestly make.
    let empty = [b"\x80\x02(".to_vec(), b"]".repeat(1 << 20), b"l.".to_vec()].concat();
    assert!(read(&empty).err().expect("too many").to_string().contains("values in a pickle"));
}

/// A NumPy array as NumPy writes it, by protocol 2: the bytes as text.
fn numpy(dtype: &str, order: u8, shape: &[u8], fortran: bool, data: &[u8]) -> Vec<u8> {
    let text: String = data.iter().map(|b| char::from(*b)).collect();
    let mut out = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01".to_vec();
    out.push(b'(');
    shape.iter().for_each(|s| out.extend([b'K', *s]));
    out.push(b't');
    out.extend(b"cnumpy\ndtype\nU");
    out.push(dtype.len() as u8);
    out.extend(dtype.as_bytes());
    out.extend(b"\x89\x88\x87R(K\x03U\x01");
    out.push(order);
    out.extend(b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb");
    out.push(if fortran { 0x88 } else { 0x89 });
    out.extend(b"c_codecs\nencode\nX");
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
    out.extend(b"U\x06latin1\x86Rtb.");
    out
}

fn numbers(bytes: &[u8]) -> Numbers {
    let pickled = read(bytes).expect("a pickle");
    match pickled.array("a", pickled.top) {
        Ok(Array::Numbers(n)) => n,
        other => panic!("{other:?}"),
    }
}

#[test]
fn arrays_of_numpy_by_hand() {
    let four: Vec<u8> = [1.5f64, -2.0, 0.25, 1e300].iter().flat_map(|v| v.to_le_bytes()).collect();
    let n = numbers(&numpy("f8", b'<', &[2, 2], false, &four));
    assert_eq!((n.shape, n.values), (vec![2, 2], vec![1.5, -2.0, 0.25, 1e300]));
    assert_eq!(numbers(&numpy("f8", b'<', &[2, 2], true, &four)).values, [1.5, 0.25, -2.0, 1e300]);
    assert_eq!(numbers(&numpy("i2", b'>', &[2], false, &[0, 1, 0xff, 0xfe])).values, [1.0, -2.0]);
    // A number of NumPy's, as GMR writes its rate.
    let scalar = b"\x80\x02cnumpy._core.multiarray\nscalar\ncnumpy\ndtype\nU\x02f8\x89\x88\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tbc_codecs\nencode\nX\x09\0\0\0\0\0\0\0\0\xc3\xa0=@U\x06latin1\x86R\x86R.";
    assert!((numbers(scalar).values[0] - 29.875).abs() < 1e-12);
    assert_eq!(numbers(b"(K\x01K\x02F0.5\nl.").values, [1.0, 2.0, 0.5]);
    // Protocol 5 hands the bytes over as they are.
    let five = b"\x80\x05\x8c\x12numpy.core.numeric\x8c\x0b_frombuffer\x93(\x96\x04\0\0\0\0\0\0\0\x01\x02\x03\x04\x8c\x05numpy\x8c\x05dtype\x93\x8c\x02u1\x89\x88\x87R(K\x03\x8c\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tbK\x04\x85\x8c\x01CtR.";
    assert_eq!(numbers(five).values, [1.0, 2.0, 3.0, 4.0]);
    for (bytes, words) in [
        (numpy("f8", b'<', &[200, 200, 200], false, &four), "32 bytes for an array of shape"),
        (numpy("O8", b'|', &[1], false, &[0]), "whose type is"),
        (b"\x80\x02cbuiltins\neval\nU\x011\x85R.".to_vec(), "builtins.eval, which is not brought to life"),
    ] {
        let pickled = read(&bytes).expect("a pickle");
        let message = pickled.array("a", pickled.top).expect_err("no array").to_string();
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn arrays_of_joblib_stand_in_the_file() {
    let description = b"\x80\x04}(U\x01acjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(U\x05shapeK\x02K\x03\x86U\x05orderU\x01FU\x05dtypecnumpy\ndtype\nU\x02f4\x89\x88\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tbU\x1bnumpy_array_alignment_bytesK\x10ub";
    let data: Vec<u8> = [1f32, 4.0, 2.0, 5.0, 3.0, 6.0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let whole = [description.as_slice(), &[2, 0xff, 0xff], &data, b"U\x01bK\x07u."].concat();
    let pickled = read(&whole).expect("joblib's");
    let a = pickled.values.under(pickled.top, "a").expect("a");
    let Ok(Array::Numbers(n)) = pickled.array("a", a) else { panic!("numbers") };
    assert_eq!((n.shape, n.values), (vec![2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    assert_eq!(pickled.values.under(pickled.top, "b").and_then(|b| pickled.values.int(b)), Some(7));
    // The same deflated, as joblib does when asked to.
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&whole, 3);
    assert!(is_pickle(&packed));
    assert!(read(&packed).is_ok_and(|p| p.values.under(p.top, "b").is_some()));
    let short = [description.as_slice(), &[0], &data[..20]].concat();
    assert!(read(&short).err().expect("short").to_string().contains("the numbers of shape [2, 3]"));
    // Numbers that inflate without end are refused before they do.
    let zeros = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 40 << 20], 9);
    assert!(read(&zeros).err().expect("a bomb").to_string().contains("deflated bytes of at most"));
}

/// A tensor of torch: a view of storage '0'.
fn tensor(offset: u8, sizes: &[u8], strides: &[u8]) -> Vec<u8> {
    let mut out =
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x06tQK".to_vec();
    out.push(offset);
    for list in [sizes, strides] {
        out.push(b'(');
        list.iter().for_each(|s| out.extend([b'K', *s]));
        out.push(b't');
    }
    out.extend(b"\x89ccollections\nOrderedDict\n)RtR.");
    out
}

fn torch(pickle: Vec<u8>, data: &[f32]) -> Vec<u8> {
    let data = data.iter().flat_map(|v| v.to_le_bytes()).collect();
    zip::write(&[("x/data.pkl".into(), pickle), ("x/byteorder".into(), b"little".to_vec()), ("x/data/0".into(), data)])
}

#[test]
fn tensors_by_hand() {
    let data = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    assert_eq!(numbers(&torch(tensor(0, &[2, 3], &[3, 1]), &data)).values, data.map(f64::from));
    // Turned over, and from the second number on.
    assert_eq!(numbers(&torch(tensor(1, &[2, 2], &[1, 3]), &data)).values, [1.0, 4.0, 2.0, 5.0]);
    assert_eq!(numbers(&torch(tensor(5, &[3], &[0]), &data)).values, [5.0; 3]);
    assert_eq!(numbers(&torch(tensor(0, &[0, 3], &[3, 1]), &data)).shape, [0, 3]);
    // A parameter is a tensor.
    let inner = tensor(0, &[6], &[1]);
    let parameter =
        [b"\x80\x02ctorch._utils\n_rebuild_parameter\n(", &inner[2..inner.len() - 1], b"\x88ccollections\nOrderedDict\n)RtR."]
            .concat();
    assert_eq!(numbers(&torch(parameter.clone(), &data)).values, data.map(f64::from));
    for (pickle, words) in [
        (tensor(4, &[2, 3], &[3, 1]), "beyond its 24 bytes"),
        (tensor(0, &[255, 255, 255], &[0, 0, 0]), "a tensor of shape"),
        (tensor(0, &[2], &[1, 1]), "more sizes than strides"),
        (tensor(0, &[1; 9], &[1; 9]), "without sizes"),
    ] {
        let bytes = torch(pickle, &data);
        let pickled = read(&bytes).expect("a pickle");
        let message = pickled.array("a", pickled.top).expect_err("no array").to_string();
        assert!(message.contains(words), "{message}");
    }
    // Big-endian machines are told of, and an archive without numbers.
    let big = zip::write(&[("x/data.pkl".into(), inner.clone()), ("x/byteorder".into(), b"big".to_vec())]);
    assert!(read(&big).err().expect("big").to_string().contains("low byte first"));
    let none = zip::write(&[("data.pkl".into(), inner.clone())]);
    let pickled = read(&none).expect("a pickle");
    assert!(pickled.array("a", pickled.top).expect_err("no numbers").to_string().contains("not in the file"));
    // Parameters that are made of each other: an endless chain, if anyone followed it.
    let circle = b"\x80\x02]q\x00ctorch._utils\n_rebuild_parameter\nh\x00Rq\x01h\x00h\x01a0.".to_vec();
    let pickled = machine::read("t", &circle, 0).expect("a pickle");
    assert!(pickled.values.all.len() < 10);
    assert!(read(&circle).is_ok_and(|p| p.array("a", p.top).is_err()));

    // Files from before archives: three pickles, the value, the keys, then length and numbers.
    let mut old = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.".to_vec();
    old.extend(&inner);
    old.extend(b"\x80\x02]U\x010a.");
    old.extend(6u64.to_le_bytes());
    old.extend(data.iter().flat_map(|v| v.to_le_bytes()));
    assert_eq!(numbers(&old).values, data.map(f64::from));
    old.truncate(old.len() - 1);
    assert!(read(&old).err().expect("cut").to_string().contains("the numbers of storage '0'"));
}
